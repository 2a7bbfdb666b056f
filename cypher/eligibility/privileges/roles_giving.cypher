// query: roles_giving
// kind: capability
// parameters: privileges, as_of
// returns: privilege, role, role_name
//
// The roles that give some privileges.
UNWIND $privileges AS one
MATCH (o:Role)-[g:GIVES]->(q:Privilege {id: one})
WHERE ON_DAY(g)
RETURN q.id AS privilege, o.id AS role, o.name AS role_name
ORDER BY privilege, role
