// finding: person_without_access
// severity: low
// rules: ORG-03
// statement: An active person can see no case at all.
// message: {person} is active and can see no case.
// parameters: as_of
// returns: rule, person, person_name, position, position_name, case_id, case_name, unit, unit_name, about, facts
//
// Everybody with an active account. Whether they can see any case is decided by the composed rungs, over all cases, afterwards.
MATCH (p:Person)-[a:ACTIVE_IN]->(:Roster)
WHERE ON_DAY(a)
RETURN 'ORG-03' AS rule, p.id AS person, p.name AS person_name, null AS position, null AS position_name, null AS case_id, null AS case_name, null AS unit, null AS unit_name, null AS about, [FACT(a)] AS facts
ORDER BY person
