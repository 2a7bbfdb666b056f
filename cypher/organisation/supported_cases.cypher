// query: supported_cases
// parameters: system, as_of
// returns: unit, reached
//
// By office or team in which somebody has Admin support: the cases of a system that are assigned to its members, as lists
// [case, name, member].
MATCH (u:Unit)
WHERE u.kind IN ['office', 'team'] AND EXISTS { MATCH (u)<-[k:MEMBER_OF]-(:Person) WHERE ON_DAY(k) AND k.admin_support }
MATCH (u)<-[n:MEMBER_OF]-(q:Person)<-[l:ASSIGNED_TO]-(c:CaseFile)-[hp:HAS_PROFILE]->(:AccessProfile)
WHERE ON_DAY(n) AND ON_DAY(l) AND ON_DAY(hp) AND c.system = $system
RETURN u.id AS unit, collect(DISTINCT [c.id, q.name, q.id]) AS reached
ORDER BY unit
