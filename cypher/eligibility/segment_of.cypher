// query: segment_of
// parameters: units, as_of
// returns: unit, segment, segment_name, code, rank
//
// The segment of some units: the unit itself or the nearest segment above. Kind, code and rank are those of the newest
// load.
UNWIND $units AS one
MATCH (u:Unit {id: one})-[w:WITHIN]->(s:Unit)
WHERE ON_DAY(w) AND s.kind = 'segment' AND NOT EXISTS { MATCH (u)-[g1:WITHIN]->(g2:Unit)-[g3:WITHIN]->(s) WHERE g2.kind = 'segment' AND g2.id <> s.id AND ON_DAY(g1) AND ON_DAY(g3) }
RETURN u.id AS unit, s.id AS segment, s.name AS segment_name, s.code AS code, s.rank AS rank
