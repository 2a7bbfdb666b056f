// step:  segment_manager
// on:    profile
// rules: CMS-06, CMS-34
// says:  edit
// now:   CASE WHEN {active_position} THEN 'edit' ELSE 'none' END
// match: h.system = f.system
// evidence:   h, t, w, i
// candidates: MATCH (f)-[n:WORK_IN]->(:Unit)-[w:WITHIN]->(:Unit)<-[t:MANAGES]-(x:Position) WHERE t.system = f.system AND ON_DAY(w) AND ON_DAY(t)
// suggests:   holdings; position_id = x.id; kind = 'absence'
//
// The segment itself and every unit below it, hoppers included.
// person:
MATCH (p:Person)-[h:HOLDS_POSITION]->(:Position)-[t:MANAGES]->(u:Unit)
WHERE t.system = h.system AND ON_DAY(h) AND ON_DAY(t)
// case:
MATCH (f:AccessProfile)-[i:WORK_IN]->(:Unit)-[w:WITHIN]->(u:Unit)
WHERE ON_DAY(w)
