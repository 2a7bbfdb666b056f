// query: common_segments
// kind: reassign
// parameters: unit, other, as_of
// returns: segment, segment_name, steps_up
// rules: CMS-40
//
// The segments that stand at or above both units, nearest first (`steps_up` counts the segments below it on the way):
// through the hopper of one of them work may go from the one to the other.
MATCH (u:Unit {id: $unit})-[w:WITHIN]->(s:Unit)
WHERE ON_DAY(w) AND s.kind = 'segment'
MATCH (o:Unit {id: $other})-[v:WITHIN]->(s)
WHERE ON_DAY(v)
RETURN s.id AS segment, s.name AS segment_name, COUNT { MATCH (u)-[g1:WITHIN]->(g2:Unit)-[g3:WITHIN]->(s) WHERE ON_DAY(g1) AND ON_DAY(g3) } AS steps_up
ORDER BY steps_up, segment
