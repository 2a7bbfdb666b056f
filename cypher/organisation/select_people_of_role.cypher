// query: select_people_of_role
// parameters: roles, as_of
// returns: id
//
// Who has on the day one of some roles assigned, by id, or one of these portal roles.
UNWIND $roles AS one
MATCH (:Role {id: one})<-[a:HAS_ROLE]-(p:Person)
WHERE ON_DAY(a)
RETURN DISTINCT p.id AS id
UNION
MATCH (p:Person)-[r:ACTS_AT]->(:Unit)
WHERE ON_DAY(r) AND r.role IN $roles
RETURN DISTINCT p.id AS id
