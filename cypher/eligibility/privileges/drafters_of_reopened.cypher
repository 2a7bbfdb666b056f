// query: drafters_of_reopened
// kind: draft
// parameters: case, as_of
// returns: person, name, role, placement, unit, case_type, source, via
// rules: ECASE-116, ECASE-204
//
// The same for the drafter of a case that was transferred to another Department and is reopened: Work on reopened cases
// has to cover the case as well. It does not cascade.
MATCH (c:CaseFile {id: $case})-[b:HAS_PROFILE]->(f:AccessProfile)-[:AT]->(:Spot)<-[v:COVERS]-(:Scope)<-[:OVER]-(r:Reach)-[:OF]->(q:Privilege {id: 'Draft responses'})
WHERE ON_DAY(b) AND ON_DAY(v) AND ((v.near OR q.cascades))
MATCH (r)<-[h:HOLDS]-(p:Person)-[a:ACTIVE_IN]->(:Roster)
WHERE ON_DAY(h) AND ON_DAY(a) AND EXISTS { MATCH (p)-[g1:HOLDS]->(g2:Reach)-[:OVER]->(:Scope)-[g3:COVERS]->(:Spot)<-[:AT]-(f) WHERE g2.privilege = 'Work on reopened cases' AND g3.near AND ON_DAY(g1) AND ON_DAY(g3) }
RETURN p.id AS person, p.name AS name, h.role AS role, h.placement AS placement, r.unit AS unit, r.case_type AS case_type, h.source AS source, h.via AS via
ORDER BY person, role, unit, case_type
