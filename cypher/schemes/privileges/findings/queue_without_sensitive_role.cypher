// finding: queue_without_sensitive_role
// severity: medium
// rules: ECASE-05
// statement: A holder whose privilege opens the case's queue is stopped by the case's sensitivity.
// message: {person} holds {privilege}, which opens the queue of {case}, but is not cleared for this sensitive case.
// parameters: system, as_of
// returns: rule, person, person_name, position, position_name, case_id, case_name, unit, unit_name, about, facts, privilege, profiles
//
// Privileges that cover sensitive cases in their queue, by groups of look-alike cases. That sensitivity is what stops the holder
// is decided by the composed rungs, case by case, afterwards.
MATCH (f:AccessProfile)-[:IN_QUEUE]->(:Queue)-[o:OPENS_FOR]->(q:Privilege)
WHERE f.system = $system AND (f.needs_type OR f.needs_unit OR f.needs_either)
MATCH (f)-[k:AT|AT_OFFICE]->(:Spot)<-[v:COVERS]-(:Scope)<-[:OVER]-(r:Reach)-[:OF]->(q)
WHERE ON_DAY(v) AND ((o.at = 'team' AND type(k) = 'AT' AND (v.near OR q.cascades)) OR (o.at = 'office' AND type(k) = 'AT_OFFICE' AND v.exact) OR o.at = 'anywhere')
MATCH (p:Person)-[h:HOLDS]->(r)
WHERE ON_DAY(h) AND EXISTS { MATCH (p)-[g:ACTIVE_IN]->(:Roster) WHERE ON_DAY(g) }
WITH p, q, h, f ORDER BY h.source, f.id
WITH p, q, collect(DISTINCT FACT(h)) AS held, collect(DISTINCT f.id) AS profiles
RETURN 'ECASE-05' AS rule, p.id AS person, p.name AS person_name, null AS position, null AS position_name, null AS case_id, null AS case_name, null AS unit, null AS unit_name, q.name AS about, held AS facts, q.name AS privilege, profiles
ORDER BY person, about
