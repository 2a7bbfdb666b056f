// step:  queue
// on:    profile
// rules: ECASE-05
// says:  edit, view
// word:  o.value
// near:  MATCH (f)-[n:IN_QUEUE]->(:Queue)-[:OPENS_FOR]->(x:Privilege)
// wants: privilege_grants; privilege = x.id
//
// `v.near`: the holding is at the case's team itself or everywhere; a cascading privilege also reaches from above.
// `v.exact`: the holding names exactly that private office. The queue `open` stands for an open case (Manage a hub),
// `draft` for a draft (Monitor draft cases).
// or: the privilege covers the case's team and type
// from: case
// valid: h, v
// evidence: h, v, i, o
// joint: r
MATCH (p:Person)-[h:HOLDS]->(r:Reach)-[:OF]->(q:Privilege)<-[o:OPENS_FOR]-(y:Queue)
WHERE o.at = 'team'
MATCH (r)-[:OVER]->(:Scope)-[v:COVERS]->(:Spot)<-[:AT]-(f:AccessProfile)-[i:IN_QUEUE]->(y)
WHERE (v.near OR q.cascades)
// or: the privilege is held in the private office that has the case
// from: case
// valid: h, v
// evidence: h, v, i, o
// joint: r
MATCH (p:Person)-[h:HOLDS]->(r:Reach)-[:OF]->(q:Privilege)<-[o:OPENS_FOR]-(y:Queue)
WHERE o.at = 'office'
MATCH (r)-[:OVER]->(:Scope)-[v:COVERS]->(:Spot)<-[:AT_OFFICE]-(f:AccessProfile)-[i:IN_QUEUE]->(y)
WHERE v.exact
// or: drafts open to the privilege, wherever it is held
// valid: h
// evidence: h, i, o
// joint: q
MATCH (p:Person)-[h:HOLDS]->(:Reach)-[:OF]->(q:Privilege)<-[o:OPENS_FOR]-(:Queue)<-[i:IN_QUEUE]-(f:AccessProfile)
WHERE o.at = 'anywhere'
