// query: clearance
// kind: secondary-access
// parameters: person, system, positions, above, as_of
// returns: met, total, limit_is, needed, cleared, source, person_source
// rules: CMS-04
//
// With more than `clearance_above` positions: is the person cleared? `above` is the number of a system that sets none.
MATCH (p:Person {id: $person})
OPTIONAL MATCH (p)-[h:HOLDS_POSITION]->(x:Position)
WHERE ON_DAY(h) AND h.system = $system
WITH p, collect(DISTINCT x.id) AS held
MATCH (y:System {id: $system})
OPTIONAL MATCH (y)-[s:SETS]->(:System)
WHERE ON_DAY(s) AND s.policy = 'clearance_above'
OPTIONAL MATCH (p)-[r:LISTED_IN]->(:Roster)
WHERE ON_DAY(r)
WITH size(held) + size([one IN $positions WHERE NOT one IN held]) AS total, coalesce(toInteger(s.value), $above) AS limit_is, coalesce(r.cleared, false) AS cleared, coalesce(s.source, '') AS source, coalesce(r.source, '') AS person_source
RETURN (total <= limit_is OR cleared) AS met, total, limit_is, total > limit_is AS needed, cleared, source, person_source
