// finding: third_position_without_clearance
// severity: high
// rules: CMS-04
// statement: A person without security clearance holds more positions than the policy clearance_above allows without it.
// message: {person} holds {count} positions and has no security clearance, which is needed above {limit}.
// parameters: system, as_of, clearance_above
// returns: rule, person, person_name, position, position_name, case_id, case_name, unit, unit_name, about, facts, count, limit
//
// The roster row says whether a person has security clearance on the day.
MATCH (p:Person)-[l:LISTED_IN]->(:Roster)
WHERE ON_DAY(l) AND l.cleared = false
MATCH (p)-[h:HOLDS_POSITION]->(x:Position)
WHERE ON_DAY(h) AND h.system = $system
WITH p, l, count(DISTINCT x.id) AS held
WHERE held > $clearance_above
MATCH (p)-[h:HOLDS_POSITION]->(x:Position)
WHERE ON_DAY(h) AND h.system = $system
WITH p, l, held, h, x ORDER BY x.id
WITH p, l, held, collect(FACT(h)) AS positions
RETURN 'CMS-04' AS rule, p.id AS person, p.name AS person_name, null AS position, null AS position_name, null AS case_id, null AS case_name, null AS unit, null AS unit_name, null AS about, positions + [FACT(l)] AS facts, held AS count, $clearance_above AS limit
ORDER BY person
