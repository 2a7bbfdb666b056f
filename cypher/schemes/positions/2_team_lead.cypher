// step:  team_lead
// on:    profile
// rules: CMS-38, CMS-41
// says:  edit
// valid: h, t
// evidence: h, t, i
// joint: u
// now:   CASE WHEN h.active OR (h.kind = 'primary' AND NOT EXISTS { MATCH (p)-[x:HOLDS_POSITION]->(:Position) WHERE x.active AND x.system = h.system AND ON_DAY(x) }) THEN 'edit' ELSE 'none' END
// near:  MATCH (f)-[n:WORK_IN]->(:Unit)<-[t:LEADS]-(x:Position) WHERE t.system = f.system
// wants: holdings; position_id = x.id; kind = 'absence'
//
// The profile lies wherever its open work lies: unit of the position, or hopper.
MATCH (p:Person)-[h:HOLDS_POSITION]->(:Position)-[t:LEADS]->(u:Unit)<-[i:WORK_IN]-(f:AccessProfile)
WHERE h.system = f.system AND t.system = f.system
