// finding: too_many_positions
// severity: high
// rules: CMS-03
// statement: A person holds more positions in one system than the policy max_positions allows.
// message: {person} holds {count} positions; at most {limit} are allowed.
// parameters: system, as_of, max_positions
// returns: rule, person, person_name, position, position_name, case_id, case_name, unit, unit_name, about, facts, count, limit
//
// All positions of a person in one system, whatever their kind.
MATCH (p:Person)-[h:HOLDS_POSITION]->(x:Position)
WHERE ON_DAY(h) AND h.system = $system
WITH p, count(DISTINCT x.id) AS held
WHERE held > $max_positions
MATCH (p)-[h:HOLDS_POSITION]->(x:Position)
WHERE ON_DAY(h) AND h.system = $system
WITH p, held, h, x ORDER BY x.id
WITH p, held, collect(FACT(h)) AS facts
RETURN 'CMS-03' AS rule, p.id AS person, p.name AS person_name, null AS position, null AS position_name, null AS case_id, null AS case_name, null AS unit, null AS unit_name, null AS about, facts, held AS count, $max_positions AS limit
ORDER BY person
