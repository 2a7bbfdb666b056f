// query: members_at_case
// parameters: case, as_of
// returns: link, unit, unit_name, people
// rules: MEM-42
// valid: h, m
//
// The office, team and category of a case, with their members, whatever the memberships say about access.
MATCH (c:CaseFile {id: $case})-[h:HAS_PROFILE]->(f:AccessProfile)
MATCH (f)-[i:IN_OFFICE|IN_TEAM|IN_CATEGORY]->(u:Unit)
OPTIONAL MATCH (u)<-[m:MEMBER_OF]-(p:Person)
RETURN type(i) AS link, u.id AS unit, u.name AS unit_name, collect(p.id) AS people
ORDER BY link, unit
