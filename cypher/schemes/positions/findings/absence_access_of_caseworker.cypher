// finding: absence_access_of_caseworker
// severity: high
// rules: CMS-08
// statement: A person whose primary position is not a team leader's or segment manager's holds absence access.
// message: {person} has absence access to {position}, but {primary}.
// parameters: system, as_of
// returns: rule, person, person_name, position, position_name, case_id, case_name, unit, unit_name, about, facts, primary
//
// Absence access is for people whose own, primary position is that of a team leader or segment manager (CMS-08).
// Whoever has no primary position in the system is not one of them.
MATCH (p:Person)-[h:HOLDS_POSITION]->(x:Position)
WHERE ON_DAY(h) AND h.system = $system AND h.kind = 'absence'
OPTIONAL MATCH (p)-[o:HOLDS_POSITION]->(y:Position)-[a:POSITION_AT]->(v:Unit)
WHERE ON_DAY(o) AND ON_DAY(a) AND o.kind = 'primary' AND o.system = $system
WITH p, h, x, o, a, CASE WHEN a IS NULL THEN '' ELSE a.level END AS level
WHERE level <> 'team_leader' AND level <> 'segment_manager'
RETURN 'CMS-08' AS rule, p.id AS person, p.name AS person_name, x.id AS position, x.name AS position_name, null AS case_id, null AS case_name, null AS unit, null AS unit_name, null AS about, CASE WHEN a IS NULL THEN [FACT(h)] ELSE [FACT(h), FACT(o), FACT(a)] END AS facts, CASE level WHEN '' THEN 'there is no primary position' ELSE 'the primary position is that of a ' + level END AS primary
ORDER BY person, position
