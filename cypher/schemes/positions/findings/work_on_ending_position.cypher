// finding: work_on_ending_position
// severity: high
// rules: CMS-11, CMS-29
// statement: A secondary holding ends within the coming days while open work lies on its position.
// message: The access of {person} to {position} ends on {until}, and open work still lies there: {work}.
// shipped: days = 30
// parameters: system, as_of, horizon
// returns: rule, person, person_name, position, position_name, case_id, case_name, unit, unit_name, about, facts, work, until
//
// Secondary access that ends by `$horizon` (the day plus the parameter days) and is not followed by another period, with the
// open work on the position.
MATCH (p:Person)-[h:HOLDS_POSITION]->(x:Position)
WHERE ON_DAY(h) AND h.system = $system AND h.kind IN ['absence', 'hierarchical'] AND h.until <= $horizon
MATCH (x)<-[o:OPEN_ON]-(w:WorkItem)
WHERE ON_DAY(o) AND NOT EXISTS { MATCH (p)-[n:HOLDS_POSITION]->(x) WHERE n.since = h.until }
WITH p, h, x, o, w ORDER BY w.id
WITH p, h, x, collect(w.id) AS pieces, collect(FACT(o)) AS lying
RETURN CASE h.kind WHEN 'absence' THEN 'CMS-11' ELSE 'CMS-29' END AS rule, p.id AS person, p.name AS person_name, x.id AS position, x.name AS position_name, null AS case_id, null AS case_name, null AS unit, null AS unit_name, null AS about, [FACT(h)] + lying AS facts, pieces AS work, h.until AS until
ORDER BY person, position
