// finding: assigned_to_inactive_person
// severity: high
// rules: MEM-03
// statement: An open case is assigned to a person who is inactive, and to nobody else who is active.
// message: {case} is assigned to {person}, who is inactive.
// parameters: system, as_of
// returns: rule, person, person_name, position, position_name, case_id, case_name, unit, unit_name, about, facts
//
// Open cases that only people without an active account are assigned to.
MATCH (p:Person)
WHERE NOT EXISTS { MATCH (p)-[g:ACTIVE_IN]->(:Roster) WHERE ON_DAY(g) }
MATCH (p)<-[l:ASSIGNED_TO]-(c:CaseFile)-[hp:HAS_PROFILE]->(:AccessProfile)
WHERE ON_DAY(l) AND ON_DAY(hp) AND c.system = $system AND hp.status = 'open' AND NOT EXISTS { MATCH (c)-[k:ASSIGNED_TO]->(q:Person)-[j:ACTIVE_IN]->(:Roster) WHERE ON_DAY(k) AND ON_DAY(j) }
RETURN 'MEM-03' AS rule, p.id AS person, p.name AS person_name, null AS position, null AS position_name, c.id AS case_id, c.name AS case_name, null AS unit, null AS unit_name, null AS about, [FACT(l)] AS facts
ORDER BY case_id, person
