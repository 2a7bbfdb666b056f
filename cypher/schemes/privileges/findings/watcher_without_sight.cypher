// finding: watcher_without_sight
// severity: low
// rules: ECASE-201
// statement: A person watches a case without being able to see it.
// message: {person} watches {case}, but cannot see it.
// parameters: system, as_of
// returns: rule, person, person_name, position, position_name, case_id, case_name, unit, unit_name, about, facts
//
// Watching opens nothing (ECASE-201). Whether the case can be seen is decided by the composed rungs, afterwards.
MATCH (p:Person)<-[l:WATCHER]-(c:CaseFile)-[hp:HAS_PROFILE]->(f:AccessProfile)
WHERE ON_DAY(l) AND ON_DAY(hp) AND c.system = $system AND EXISTS { MATCH (p)-[g:ACTIVE_IN]->(:Roster) WHERE ON_DAY(g) }
RETURN 'ECASE-201' AS rule, p.id AS person, p.name AS person_name, null AS position, null AS position_name, c.id AS case_id, c.name AS case_name, null AS unit, null AS unit_name, null AS about, [FACT(l)] AS facts
ORDER BY person, case_id
