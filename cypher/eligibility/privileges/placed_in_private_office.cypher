// query: placed_in_private_office
// kind: qa
// parameters: privilege, case, as_of
// returns: person, name, role, placement, unit, case_type, source, via
// rules: ECASE-06, ECASE-09, ECASE-148, ECASE-186
//
// Active holders of a Private Office QA privilege for the case's type, placed in a Private Office, whichever.
MATCH (c:CaseFile {id: $case})-[b:HAS_PROFILE]->(f:AccessProfile)
WHERE ON_DAY(b)
MATCH (q:Privilege {id: $privilege})<-[:OF]-(r:Reach)
WHERE (r.case_type = '' OR EXISTS { MATCH (f)-[:OF_TYPE]->(:CaseType)-[g1:WITHIN]->(g2:CaseType) WHERE g2.id = r.case_type AND ON_DAY(g1) })
MATCH (r)<-[h:HOLDS]-(p:Person)-[a:ACTIVE_IN]->(:Roster)
WHERE ON_DAY(h) AND ON_DAY(a) AND h.placement = 'private_office'
RETURN p.id AS person, p.name AS name, h.role AS role, h.placement AS placement, r.unit AS unit, r.case_type AS case_type, h.source AS source, h.via AS via
ORDER BY person, role, unit, case_type
