// query: supported_cases
// parameters: system, as_of
// returns: unit, reached
//
// By office or team in which somebody has Admin support: the cases of a system that are assigned to its members, as lists
// [case, name, member]. Each unit stands once before its cases are looked for: asked with EXISTS, Neo4j looks through all
// members of a unit for every case.
MATCH (u:Unit)<-[k:MEMBER_OF]-(:Person)
WHERE u.kind IN ['office', 'team'] AND ON_DAY(k) AND k.admin_support
WITH DISTINCT u
MATCH (u)<-[n:MEMBER_OF]-(q:Person)<-[l:ASSIGNED_TO]-(c:CaseFile)-[hp:HAS_PROFILE]->(:AccessProfile)
WHERE ON_DAY(n) AND ON_DAY(l) AND ON_DAY(hp) AND c.system = $system
RETURN u.id AS unit, collect(DISTINCT [c.id, q.name, q.id]) AS reached
ORDER BY unit
