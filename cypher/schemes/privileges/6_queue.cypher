// step:  queue
// on:    profile
// rules: ECASE-05
// says:  edit, view
// value: o.value
// evidence:   h, v, i, o
// candidates: MATCH (f)-[n:IN_QUEUE]->(:Queue)-[:OPENS_FOR]->(x:Privilege)
// suggests:   privilege_grants; privilege = x.id
//
// `v.near`: the holding is at the case's team itself or everywhere; a cascading privilege also reaches from above.
// `v.exact`: the holding names exactly that private office. The queue `open` stands for an open case (Manage a hub),
// `draft` for a draft (Monitor draft cases).
// From a person's holdings most privileges open no queue, so they are asked for that first; from a case its queue is.
// variant: the privilege covers the case's team and type
// person:
MATCH (p:Person)-[h:HOLDS]->(r:Reach)
WHERE ON_DAY(h)
// case:
MATCH (f:AccessProfile)-[:AT]->(:Spot)<-[v:COVERS]-(:Scope)<-[:OVER]-(r:Reach)-[:OF]->(q:Privilege)
WHERE (v.near OR q.cascades) AND ON_DAY(v)
MATCH (f)-[i:IN_QUEUE]->(y:Queue)-[o:OPENS_FOR]->(q)
WHERE o.at = 'team'
// from_join:
MATCH (r:Reach)-[:OF]->(q:Privilege)<-[o:OPENS_FOR]-(y:Queue)
WHERE o.at = 'team'
MATCH (r)-[:OVER]->(:Scope)-[v:COVERS]->(:Spot)<-[:AT]-(f:AccessProfile)-[i:IN_QUEUE]->(y)
WHERE (v.near OR q.cascades) AND ON_DAY(v)
// variant: the privilege is held in the private office that has the case
// person:
MATCH (p:Person)-[h:HOLDS]->(r:Reach)
WHERE ON_DAY(h)
// case:
MATCH (f:AccessProfile)-[:AT_OFFICE]->(:Spot)<-[v:COVERS]-(:Scope)<-[:OVER]-(r:Reach)-[:OF]->(q:Privilege)
WHERE v.exact AND ON_DAY(v)
MATCH (f)-[i:IN_QUEUE]->(y:Queue)-[o:OPENS_FOR]->(q)
WHERE o.at = 'office'
// from_join:
MATCH (r:Reach)-[:OF]->(q:Privilege)<-[o:OPENS_FOR]-(y:Queue)
WHERE o.at = 'office'
MATCH (r)-[:OVER]->(:Scope)-[v:COVERS]->(:Spot)<-[:AT_OFFICE]-(f:AccessProfile)-[i:IN_QUEUE]->(y)
WHERE v.exact AND ON_DAY(v)
// variant: drafts open to the privilege, wherever it is held
// evidence:   h, i, o
// person:
MATCH (p:Person)-[h:HOLDS]->(:Reach)-[:OF]->(q:Privilege)
WHERE ON_DAY(h)
// case:
MATCH (f:AccessProfile)-[i:IN_QUEUE]->(:Queue)-[o:OPENS_FOR]->(q:Privilege)
WHERE o.at = 'anywhere'
