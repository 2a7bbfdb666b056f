// finding: unknown_queue
// severity: medium
// rules: ORG-08
// statement: Cases stand in a queue that opens for no privilege, because the list of queues has no such name.
// message: No rule knows the queue `{queue}` of {case}{other}, so it opens for nobody{hint}.
// parameters: system, as_of
// returns: rule, person, person_name, position, position_name, case_id, case_name, unit, unit_name, about, facts, queue, cases
//
// Queues that cases of the system stand in and that open for no privilege, each with its cases.
MATCH (c:CaseFile)-[n:NAMES_QUEUE]->(y:Queue)
WHERE ON_DAY(n) AND c.system = $system
WITH y, n, c ORDER BY c.id, n.source
WITH y, collect(FACT(n)) AS said, collect(DISTINCT c.id) AS cases, collect(c.name) AS titles
RETURN 'ORG-08' AS rule, null AS person, null AS person_name, null AS position, null AS position_name, cases[0] AS case_id, titles[0] AS case_name, null AS unit, null AS unit_name, y.id AS about, said[0..1] AS facts, y.id AS queue, cases
ORDER BY about
