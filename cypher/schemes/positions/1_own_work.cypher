// step:  own_work
// on:    case
// rules: CMS-35, CMS-36, CMS-37
// says:  edit
// valid: h, l, k
// evidence: h, l, k
// now:   CASE WHEN h.active OR (h.kind = 'primary' AND NOT EXISTS { MATCH (p)-[x:HOLDS_POSITION]->(:Position) WHERE x.active AND x.system = f.system AND ON_DAY(x) }) THEN 'edit' ELSE 'view' END
// near:  MATCH (c)<-[k:FOR_CASE]-(:WorkItem)-[n:OPEN_ON]->(x:Position)
// wants: holdings; position_id = x.id; kind = 'absence'
//
// Open work of the case on a position that the person holds. On a held position that is not in use the work is still
// listed in Personal SR Segment List View, view only.
MATCH (p:Person)-[h:HOLDS_POSITION]->(:Position)<-[l:OPEN_ON]-(:WorkItem)-[k:FOR_CASE]->(c:CaseFile)
WHERE h.system = f.system
