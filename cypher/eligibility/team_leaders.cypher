// query: team_leaders
// parameters: units, system, as_of
// returns: person, name, position_id, unit, source
// rules: CMS-11
//
// The team leaders of some units: active holders of a primary team leader position of exactly the unit.
UNWIND $units AS one
MATCH (u:Unit {id: one})<-[a:POSITION_AT]-(x:Position)
WHERE ON_DAY(a) AND a.system = $system AND a.level = 'team_leader'
MATCH (x)<-[h:HOLDS_POSITION]-(p:Person)-[r:ACTIVE_IN]->(:Roster)
WHERE ON_DAY(h) AND ON_DAY(r) AND h.kind = 'primary' AND h.system = $system
RETURN p.id AS person, p.name AS name, x.id AS position_id, u.id AS unit, h.source AS source
ORDER BY person, position_id
