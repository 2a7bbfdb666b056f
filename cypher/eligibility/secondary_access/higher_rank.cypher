// query: higher_rank
// kind: secondary-access
// parameters: person, system, positions, as_of
// returns: met, position_id, position_name, segment_name, rank, own_segment_name, own_rank, source, own_source
// rules: CMS-18
//
// Hierarchical: does the segment of each position asked for stand higher than the segment of the primary position? A
// blank rank is neither higher nor lower, and so is a segment that is not there.
UNWIND $positions AS one
MATCH (x:Position {id: one})-[a:POSITION_AT]->(u:Unit)
WHERE ON_DAY(a)
OPTIONAL MATCH (u)-[w:WITHIN]->(s:Unit)
WHERE ON_DAY(w) AND s.kind = 'segment' AND NOT EXISTS { MATCH (u)-[g1:WITHIN]->(g2:Unit)-[g3:WITHIN]->(s) WHERE g2.kind = 'segment' AND g2.id <> s.id AND ON_DAY(g1) AND ON_DAY(g3) }
OPTIONAL MATCH (p:Person {id: $person})-[h:HOLDS_POSITION]->(y:Position)-[b:POSITION_AT]->(v:Unit)-[z:WITHIN]->(t:Unit)
WHERE h.kind = 'primary' AND h.system = $system AND b.system = $system AND ON_DAY(h) AND ON_DAY(b) AND ON_DAY(z) AND t.kind = 'segment' AND NOT EXISTS { MATCH (v)-[g4:WITHIN]->(g5:Unit)-[g6:WITHIN]->(t) WHERE g5.kind = 'segment' AND g5.id <> t.id AND ON_DAY(g4) AND ON_DAY(g6) }
RETURN coalesce(s.rank > t.rank, false) AS met, x.id AS position_id, x.name AS position_name, s.name AS segment_name, s.rank AS rank, t.name AS own_segment_name, t.rank AS own_rank, a.source AS source, h.source AS own_source
