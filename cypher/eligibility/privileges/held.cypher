// query: held
// kind: capability
// parameters: person, privileges, as_of
// returns: privilege, role, placement, unit, case_type, source, via
//
// How and where a person holds some privileges.
UNWIND $privileges AS one
MATCH (q:Privilege {id: one})<-[:OF]-(r:Reach)<-[h:HOLDS]-(p:Person {id: $person})
WHERE ON_DAY(h)
RETURN q.id AS privilege, h.role AS role, h.placement AS placement, r.unit AS unit, r.case_type AS case_type, h.source AS source, h.via AS via
ORDER BY privilege, role, unit, case_type
