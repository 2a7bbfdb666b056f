// query: role_contents
// parameters: as_of
// returns: role, name, privilege, rule, source
//
// Which privileges each role bundles on the day.
MATCH (o:Role)-[v:GIVES]->(q:Privilege)
WHERE ON_DAY(v)
RETURN o.id AS role, o.name AS name, q.id AS privilege, q.rule AS rule, v.source AS source
ORDER BY role, rule
