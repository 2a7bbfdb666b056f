// finding: central_check_without_case_type
// severity: medium
// rules: ECASE-106
// statement: Check cases centrally is held without a case type.
// message: {person} holds Check cases centrally through {through} for all case types; it must be limited to correspondence.
// parameters: as_of
// returns: rule, person, person_name, position, position_name, case_id, case_name, unit, unit_name, about, facts, through
//
// Check cases centrally is given for correspondence types only (ECASE-106).
MATCH (p:Person)-[h:HOLDS]->(r:Reach)-[:OF]->(q:Privilege)
WHERE ON_DAY(h) AND q.id = 'Check cases centrally' AND r.case_type = '' AND EXISTS { MATCH (p)-[g:ACTIVE_IN]->(:Roster) WHERE ON_DAY(g) }
OPTIONAL MATCH (y:Role)
WHERE y.id = h.role
WITH p, h, r, y
RETURN 'ECASE-106' AS rule, p.id AS person, p.name AS person_name, null AS position, null AS position_name, null AS case_id, null AS case_name, null AS unit, null AS unit_name, h.role + '/' + r.unit AS about, [FACT(h)] AS facts, CASE h.role WHEN '' THEN 'a grant to the account' ELSE 'the role ' + CASE WHEN y IS NULL THEN h.role ELSE y.name END END AS through
ORDER BY person, about
