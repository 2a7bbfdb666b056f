// step:  own_work
// on:    case
// rules: CMS-35, CMS-36, CMS-37
// says:  edit
// now:   CASE WHEN {active_position} THEN 'edit' ELSE 'view' END
// match: h.system = f.system
// evidence:   h, l, k
// candidates: MATCH (c)<-[k:FOR_CASE]-(:WorkItem)-[n:OPEN_ON]->(x:Position) WHERE ON_DAY(k)
// suggests:   holdings; position_id = x.id; kind = 'absence'
//
// Open work of the case on a position that the person holds. On a held position that is not in use the work is still
// listed in Personal SR Segment List View, view only.
// person:
MATCH (p:Person)-[h:HOLDS_POSITION]->(o:Position)
WHERE ON_DAY(h)
// case:
MATCH (c:CaseFile)<-[k:FOR_CASE]-(:WorkItem)-[l:OPEN_ON]->(o:Position)
WHERE ON_DAY(k) AND ON_DAY(l)
