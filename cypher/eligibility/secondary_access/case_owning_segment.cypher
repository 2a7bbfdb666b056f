// query: case_owning_segment
// kind: secondary-access
// parameters: positions, as_of
// returns: met, position_id, position_name, unit, segment, segment_name, code, source
// rules: CMS-24, CMS-25
//
// Hierarchical: is the segment of each position asked for (its unit, or the nearest segment above) one of the four?
// Null segment: there is none at or above the unit.
UNWIND $positions AS one
MATCH (x:Position {id: one})-[a:POSITION_AT]->(u:Unit)
WHERE ON_DAY(a)
OPTIONAL MATCH (u)-[w:WITHIN]->(s:Unit)
WHERE ON_DAY(w) AND s.kind = 'segment' AND NOT EXISTS { MATCH (u)-[g1:WITHIN]->(g2:Unit)-[g3:WITHIN]->(s) WHERE g2.kind = 'segment' AND g2.id <> s.id AND ON_DAY(g1) AND ON_DAY(g3) }
RETURN coalesce(s.code IN ['FS_GB_CENOP_000_SPECIAL CLNT', 'FS_GB_CMEXF_000_JUD REV', 'FS_GB_CMEXF_000_ESCAL COMP', 'FS_GB_CMEXF_000_APPEALS'], false) AS met, x.id AS position_id, x.name AS position_name, u.id AS unit, s.id AS segment, s.name AS segment_name, s.code AS code, a.source AS source
