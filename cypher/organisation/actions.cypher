// query: actions
// parameters: person, case, as_of
// returns: privilege, rule, role, unit, case_type
//
// Privileges that the person holds and that cover the case: team and type, or exactly the private office that has it.
MATCH (c:CaseFile {id: $case})-[hp:HAS_PROFILE]->(f:AccessProfile)
WHERE ON_DAY(hp)
MATCH (p:Person {id: $person})-[h:HOLDS]->(r:Reach)-[:OVER]->(s:Scope)-[v:COVERS]->(x:Spot)<-[k:AT|AT_OFFICE]-(f)
WHERE ON_DAY(h) AND ON_DAY(v)
MATCH (r)-[:OF]->(q:Privilege)
WHERE (type(k) = 'AT' AND (v.near OR q.cascades)) OR (type(k) = 'AT_OFFICE' AND v.exact AND f.queue = 'private_office')
RETURN DISTINCT q.id AS privilege, q.rule AS rule, h.role AS role, s.unit AS unit, s.case_type AS case_type
ORDER BY rule, role, unit, case_type
