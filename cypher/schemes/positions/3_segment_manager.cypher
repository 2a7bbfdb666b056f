// step:  segment_manager
// on:    profile
// rules: CMS-06, CMS-34
// says:  edit
// valid: h, t, w
// evidence: h, t, w, i
// joint: u
// now:   CASE WHEN h.active OR (h.kind = 'primary' AND NOT EXISTS { MATCH (p)-[x:HOLDS_POSITION]->(:Position) WHERE x.active AND x.system = h.system AND ON_DAY(x) }) THEN 'edit' ELSE 'none' END
// near:  MATCH (f)-[n:WORK_IN]->(:Unit)-[w:WITHIN]->(:Unit)<-[t:MANAGES]-(x:Position) WHERE t.system = f.system
// wants: holdings; position_id = x.id; kind = 'absence'
//
// The segment itself and every unit below it, hoppers included.
MATCH (p:Person)-[h:HOLDS_POSITION]->(:Position)-[t:MANAGES]->(u:Unit)<-[w:WITHIN]-(:Unit)<-[i:WORK_IN]-(f:AccessProfile)
WHERE h.system = f.system AND t.system = f.system
