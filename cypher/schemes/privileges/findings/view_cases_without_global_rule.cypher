// finding: view_cases_without_global_rule
// severity: medium
// rules: ECASE-201
// statement: A person holds View cases, but no Global Access Rule for holders of that privilege is in force.
// message: {person} holds View cases through {through}, but no Global Access Rule makes it work.
// parameters: system, as_of
// returns: rule, person, person_name, position, position_name, case_id, case_name, unit, unit_name, about, facts, through
//
// View cases works through a Global Access Rule with the scope People with the View Cases privilege; the system has none in force.
MATCH (p:Person)-[h:HOLDS]->(r:Reach)-[:OF]->(q:Privilege)
WHERE ON_DAY(h) AND q.id = 'View cases' AND EXISTS { MATCH (p)-[g:ACTIVE_IN]->(:Roster) WHERE ON_DAY(g) } AND NOT EXISTS { MATCH (:AccessRule)-[s:FOR_SUBJECT]->(q) WHERE s.level = 'global' AND s.effect = 'can' AND s.action = 'view' AND s.system = $system AND ON_DAY(s) }
OPTIONAL MATCH (y:Role)
WHERE y.id = h.role
WITH p, h, r, y
RETURN DISTINCT 'ECASE-201' AS rule, p.id AS person, p.name AS person_name, null AS position, null AS position_name, null AS case_id, null AS case_name, null AS unit, null AS unit_name, h.role AS about, [FACT(h)] AS facts, CASE h.role WHEN '' THEN 'a grant to the account' ELSE 'the role ' + CASE WHEN y IS NULL THEN h.role ELSE y.name END END AS through
ORDER BY person, about
