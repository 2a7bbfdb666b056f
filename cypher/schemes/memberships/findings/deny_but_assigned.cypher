// finding: deny_but_assigned
// severity: high
// rules: MEM-23
// statement: A person has a deny membership in the case's office, team or category and is assigned to the case, or among its other staff.
// message: {person} has direct access to {case} ({link}) despite the denial in {unit}.
// parameters: system, as_of
// returns: rule, person, person_name, position, position_name, case_id, case_name, unit, unit_name, about, facts, link
//
// A denial keeps memberships from giving access, and direct access comes before it (MEM-33).
MATCH (p:Person)-[m:MEMBER_OF]->(u:Unit)
WHERE ON_DAY(m) AND m.access = 'deny' AND EXISTS { MATCH (p)-[g:ACTIVE_IN]->(:Roster) WHERE ON_DAY(g) }
MATCH (p)<-[l:ASSIGNED_TO|OTHER_STAFF]-(c:CaseFile)-[hp:HAS_PROFILE]->(f:AccessProfile)
WHERE ON_DAY(hp) AND ON_DAY(l) AND c.system = $system AND EXISTS { MATCH (f)-[:IN_OFFICE|IN_TEAM|IN_CATEGORY]->(u) }
RETURN DISTINCT 'MEM-23' AS rule, p.id AS person, p.name AS person_name, null AS position, null AS position_name, c.id AS case_id, c.name AS case_name, u.id AS unit, u.name AS unit_name, toLower(type(l)) AS about, [FACT(l), FACT(m), FACT(hp)] AS facts, CASE type(l) WHEN 'ASSIGNED_TO' THEN 'assigned to' ELSE 'other staff' END AS link
ORDER BY person, case_id, unit, link
