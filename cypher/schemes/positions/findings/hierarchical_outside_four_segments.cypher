// finding: hierarchical_outside_four_segments
// severity: high
// rules: CMS-24
// statement: A hierarchical holding is on a position whose segment has none of the four codes.
// message: The hierarchical access of {person} to {position} lies in {unit}, which is none of the four segments that allow it.
// parameters: system, as_of, codes
// returns: rule, person, person_name, position, position_name, case_id, case_name, unit, unit_name, about, facts
//
// The segment of a position is its unit, or the nearest segment above. `$codes` are the codes of the four segments (CMS-24).
// A position below no segment lies outside, too.
MATCH (p:Person)-[h:HOLDS_POSITION]->(x:Position)
WHERE ON_DAY(h) AND h.system = $system AND h.kind = 'hierarchical'
MATCH (x)-[a:POSITION_AT]->(v:Unit)
WHERE ON_DAY(a)
OPTIONAL MATCH (v)-[w:WITHIN]->(s:Unit)
WHERE ON_DAY(w) AND s.kind = 'segment' AND NOT EXISTS { MATCH (v)-[n:WITHIN]->(t:Unit)-[m:WITHIN]->(s) WHERE t.kind = 'segment' AND t.id <> s.id AND ON_DAY(n) AND ON_DAY(m) }
WITH p, h, x, a, CASE WHEN s IS NULL THEN v ELSE s END AS u
WHERE u.kind <> 'segment' OR u.code IS NULL OR NOT u.code IN $codes
RETURN 'CMS-24' AS rule, p.id AS person, p.name AS person_name, x.id AS position, x.name AS position_name, null AS case_id, null AS case_name, u.id AS unit, u.name AS unit_name, null AS about, [FACT(h), FACT(a)] AS facts
ORDER BY person, position
