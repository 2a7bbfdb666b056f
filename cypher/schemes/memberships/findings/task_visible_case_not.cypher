// finding: task_visible_case_not
// severity: medium
// rules: MEM-53
// statement: A member sees role tasks of a unit whose case the member cannot open.
// message: {person} sees tasks for {role} of {unit} on {case}, but cannot open the case.
// parameters: system, as_of
// returns: rule, person, person_name, position, position_name, case_id, case_name, unit, unit_name, about, facts, role
//
// Who sees which role tasks (MEM-51 to MEM-53) of a unit that has cases. Whether the unit's cases can be opened is decided by
// the composed rungs, case by case, afterwards.
MATCH (u:Unit)
WHERE EXISTS { MATCH (u)<-[:IN_OFFICE|IN_TEAM]-(f:AccessProfile) WHERE f.scheme = 'memberships' AND f.system = $system }
MATCH (p:Person)-[m:MEMBER_OF]->(u)
WHERE ON_DAY(m) AND EXISTS { MATCH (p)-[g:ACTIVE_IN]->(:Roster) WHERE ON_DAY(g) }
RETURN 'MEM-53' AS rule, p.id AS person, p.name AS person_name, null AS position, null AS position_name, null AS case_id, null AS case_name, u.id AS unit, u.name AS unit_name, null AS about, [FACT(m)] AS facts, CASE u.kind WHEN 'office' THEN 'Office Member' ELSE 'Team Member' END + CASE WHEN m.manager THEN CASE u.kind WHEN 'office' THEN ' and Office Manager' ELSE ' and Team Manager' END ELSE '' END + CASE WHEN m.admin_support THEN CASE u.kind WHEN 'office' THEN ' and Office Administration Support' ELSE ' and Team Administration Support' END ELSE '' END AS role
ORDER BY person, unit
