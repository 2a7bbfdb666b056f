// query: members_at_case
// parameters: case, as_of
// returns: link, unit, unit_name, people
// rules: MEM-42
//
// The office, team and category of a case, with their members, whatever the memberships say about access.
MATCH (c:CaseFile {id: $case})-[h:HAS_PROFILE]->(f:AccessProfile)
WHERE ON_DAY(h)
MATCH (f)-[i:IN_OFFICE|IN_TEAM|IN_CATEGORY]->(u:Unit)
OPTIONAL MATCH (u)<-[m:MEMBER_OF]-(p:Person)
WHERE ON_DAY(m)
RETURN type(i) AS link, u.id AS unit, u.name AS unit_name, collect(p.id) AS people
ORDER BY link, unit
