// query: placed_at_team
// kind: qa
// parameters: privilege, case, as_of
// returns: person, name, role, placement, unit, case_type, source, via
// rules: ECASE-06, ECASE-184, ECASE-187, ECASE-190
//
// Active holders of a team-level QA privilege for the case's type: at exactly the team of the case.
MATCH (c:CaseFile {id: $case})-[b:HAS_PROFILE]->(f:AccessProfile)-[:AT]->(:Spot)<-[v:COVERS]-(:Scope)<-[:OVER]-(r:Reach)-[:OF]->(q:Privilege {id: $privilege})
WHERE ON_DAY(b) AND ON_DAY(v) AND v.exact
MATCH (r)<-[h:HOLDS]-(p:Person)-[a:ACTIVE_IN]->(:Roster)
WHERE ON_DAY(h) AND ON_DAY(a)
RETURN p.id AS person, p.name AS name, h.role AS role, h.placement AS placement, r.unit AS unit, r.case_type AS case_type, h.source AS source, h.via AS via
ORDER BY person, role, unit, case_type
