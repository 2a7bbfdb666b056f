// query: cases_of_memberships
// parameters: person, as_of
// returns: link, unit, cases
// rules: MEM-42
//
// The cases in the offices, teams and categories that a person is a member of, whatever the membership says about access.
MATCH (p:Person {id: $person})-[m:MEMBER_OF]->(u:Unit)<-[i:IN_OFFICE|IN_TEAM|IN_CATEGORY]-(f:AccessProfile)
WHERE ON_DAY(m)
MATCH (f)<-[h:HAS_PROFILE]-(c:CaseFile)
WHERE ON_DAY(h)
RETURN type(i) AS link, u.id AS unit, collect(c.id) AS cases
ORDER BY link, unit
