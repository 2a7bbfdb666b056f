// finding: role_held_by_nobody
// severity: low
// rules: ECASE-02
// statement: A role is assigned to no active person.
// message: Nobody holds the role {role}.
// parameters: as_of
// returns: rule, person, person_name, position, position_name, case_id, case_name, unit, unit_name, about, facts, role
//
// Roles that give something, and that no active person has.
MATCH (o:Role)
WHERE NOT EXISTS { MATCH (p:Person)-[h:HAS_ROLE]->(o) WHERE EXISTS { MATCH (p)-[g:ACTIVE_IN]->(:Roster) WHERE ON_DAY(g) } AND ON_DAY(h) }
MATCH (o)-[v:GIVES]->(q:Privilege)
WHERE ON_DAY(v)
WITH o, v, q ORDER BY q.id
WITH o, collect(FACT(v)) AS given
RETURN 'ECASE-02' AS rule, null AS person, null AS person_name, null AS position, null AS position_name, null AS case_id, null AS case_name, null AS unit, null AS unit_name, o.id AS about, given AS facts, o.name AS role
ORDER BY about
