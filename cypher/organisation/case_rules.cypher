// query: case_rules
// parameters: case, as_of
// returns: rule, rule_name, source, load, granted_by, note
//
// The named rules that are attached to a case.
MATCH (c:CaseFile {id: $case})-[r:ATTACHED]->(x:AccessRule)
WHERE ON_DAY(r)
RETURN x.id AS rule, x.name AS rule_name, r.source AS source, r.load AS load, r.granted_by AS granted_by, r.note AS note
ORDER BY rule
