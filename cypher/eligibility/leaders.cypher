// query: leaders
// parameters: segment, system, as_of
// returns: person, name, position_id, level, source
// rules: CMS-10, CMS-20, CMS-21
//
// Who leads in a segment: active holders of a primary team leader or segment manager position in it or below it.
MATCH (s:Unit {id: $segment})<-[w:WITHIN]-(u:Unit)<-[a:POSITION_AT]-(x:Position)
WHERE ON_DAY(w) AND ON_DAY(a) AND a.system = $system AND a.level IN ['team_leader', 'segment_manager']
MATCH (x)<-[h:HOLDS_POSITION]-(p:Person)-[r:ACTIVE_IN]->(:Roster)
WHERE ON_DAY(h) AND ON_DAY(r) AND h.kind = 'primary' AND h.system = $system
RETURN p.id AS person, p.name AS name, x.id AS position_id, a.level AS level, h.source AS source
ORDER BY person, position_id
