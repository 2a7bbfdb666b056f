// finding: covers_nobody
// severity: low
// rules: CMS-06
// statement: An absence-related holding names nobody whom it covers, or somebody who does not hold that position.
// message: The absence access of {person} to {position} covers nobody who holds that position.
// parameters: system, as_of
// returns: rule, person, person_name, position, position_name, case_id, case_name, unit, unit_name, about, facts
//
// Absence access is there to cover somebody who holds that very position (CMS-06).
MATCH (p:Person)-[h:HOLDS_POSITION]->(x:Position)
WHERE ON_DAY(h) AND h.system = $system AND h.kind = 'absence' AND NOT EXISTS { MATCH (q:Person)-[o:HOLDS_POSITION]->(x) WHERE q.id = h.covers AND ON_DAY(o) }
RETURN 'CMS-06' AS rule, p.id AS person, p.name AS person_name, x.id AS position, x.name AS position_name, null AS case_id, null AS case_name, null AS unit, null AS unit_name, null AS about, [FACT(h)] AS facts
ORDER BY person, position
