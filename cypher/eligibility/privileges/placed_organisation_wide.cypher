// query: placed_organisation_wide
// kind: qa
// parameters: privilege, case, as_of
// returns: person, name, role, placement, unit, case_type, source, via
// rules: ECASE-06, ECASE-08
//
// Active holders of an organisation-wide QA privilege for the case's type: placed among the organisation-wide roles, or
// by an admin grant.
MATCH (c:CaseFile {id: $case})-[b:HAS_PROFILE]->(f:AccessProfile)-[:AT]->(:Spot)<-[v:COVERS]-(:Scope)<-[:OVER]-(r:Reach)-[:OF]->(q:Privilege {id: $privilege})
WHERE ON_DAY(b) AND ON_DAY(v)
MATCH (r)<-[h:HOLDS]-(p:Person)-[a:ACTIVE_IN]->(:Roster)
WHERE ON_DAY(h) AND ON_DAY(a) AND h.placement IN ['organisation_wide', 'grant']
RETURN p.id AS person, p.name AS name, h.role AS role, h.placement AS placement, r.unit AS unit, r.case_type AS case_type, h.source AS source, h.via AS via
ORDER BY person, role, unit, case_type
