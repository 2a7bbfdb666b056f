// query: holders
// parameters: privilege, case, as_of
// returns: person, name, role, placement, unit, case_type, source, via
// rules: ECASE-06, ECASE-07, ECASE-101, ECASE-116, ECASE-166, ECASE-167
//
// Active holders of a privilege that covers the case: at its team or everywhere, a cascading one also from above, and
// for its case type, one above, or all.
MATCH (c:CaseFile {id: $case})-[b:HAS_PROFILE]->(f:AccessProfile)-[:AT]->(:Spot)<-[v:COVERS]-(:Scope)<-[:OVER]-(r:Reach)-[:OF]->(q:Privilege {id: $privilege})
WHERE ON_DAY(b) AND ON_DAY(v) AND ((v.near OR q.cascades))
MATCH (r)<-[h:HOLDS]-(p:Person)-[a:ACTIVE_IN]->(:Roster)
WHERE ON_DAY(h) AND ON_DAY(a)
RETURN p.id AS person, p.name AS name, h.role AS role, h.placement AS placement, r.unit AS unit, r.case_type AS case_type, h.source AS source, h.via AS via
ORDER BY person, role, unit, case_type
