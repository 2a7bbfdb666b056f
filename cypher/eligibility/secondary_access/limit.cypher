// query: limit
// kind: secondary-access
// parameters: person, system, positions, most, as_of
// returns: met, held, more, total, limit_is, source
// rules: CMS-03
//
// Are the positions held that day and those asked for together at most `max_positions`? One asked for and held already
// counts once. `most` is the limit of a system that sets none.
MATCH (p:Person {id: $person})
OPTIONAL MATCH (p)-[h:HOLDS_POSITION]->(x:Position)
WHERE ON_DAY(h) AND h.system = $system
WITH p, collect(DISTINCT x.id) AS held
MATCH (y:System {id: $system})
OPTIONAL MATCH (y)-[s:SETS]->(:System)
WHERE ON_DAY(s) AND s.policy = 'max_positions'
WITH held, [one IN $positions WHERE NOT one IN held] AS more, coalesce(toInteger(s.value), $most) AS limit_is, coalesce(s.source, '') AS source
RETURN size(held) + size(more) <= limit_is AS met, held, more, size(held) + size(more) AS total, limit_is, source
