// query: case_parties
// parameters: case, as_of
// returns: unit, unit_name, role, slot, source, load, granted_by, note
//
// The parties that a case names, by role.
MATCH (c:CaseFile {id: $case})-[r:PARTY]->(u:Unit)
WHERE ON_DAY(r)
RETURN u.id AS unit, u.name AS unit_name, r.role AS role, r.slot AS slot, r.source AS source, r.load AS load, r.granted_by AS granted_by, r.note AS note
ORDER BY role, unit
