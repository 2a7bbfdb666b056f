// step:  team_lead
// on:    profile
// rules: CMS-38, CMS-41
// says:  edit
// now:   CASE WHEN {active_position} THEN 'edit' ELSE 'none' END
// match: h.system = f.system
// evidence:   h, t, i
// candidates: MATCH (f)-[n:WORK_IN]->(:Unit)<-[t:LEADS]-(x:Position) WHERE t.system = f.system AND ON_DAY(t)
// suggests:   holdings; position_id = x.id; kind = 'absence'
//
// The profile lies wherever its open work lies: unit of the position, or hopper.
// person:
MATCH (p:Person)-[h:HOLDS_POSITION]->(:Position)-[t:LEADS]->(u:Unit)
WHERE t.system = h.system AND ON_DAY(h) AND ON_DAY(t)
// case:
MATCH (f:AccessProfile)-[i:WORK_IN]->(u:Unit)
