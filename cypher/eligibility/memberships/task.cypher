// query: task
// kind: task
// parameters: case, place, tick, as_of
// returns: person, name, unit, unit_name, access, source
// rules: MEM-49, MEM-51, MEM-52, MEM-53
//
// Who sees a task given to a role: active members of the case's team or office (`place`), all of them or those with the
// tick `manager` or `admin_support`, whatever their access.
MATCH (c:CaseFile {id: $case})-[h:HAS_PROFILE]->(f:AccessProfile)-[i:IN_TEAM|IN_OFFICE]->(u:Unit)
WHERE ON_DAY(h) AND type(i) = $place
MATCH (u)<-[m:MEMBER_OF]-(p:Person)-[r:ACTIVE_IN]->(:Roster)
WHERE ON_DAY(m) AND ON_DAY(r) AND ($tick = 'member' OR ($tick = 'manager' AND m.manager) OR ($tick = 'admin_support' AND m.admin_support))
RETURN p.id AS person, p.name AS name, u.id AS unit, u.name AS unit_name, m.access AS access, m.source AS source
ORDER BY person
