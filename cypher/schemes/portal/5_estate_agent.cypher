// step:  estate_agent
// on:    profile
// rules: ICON-04, ICON-13, ICON-14
// says:  view
// or: Estate Agent Manager, whole agent
// valid: r, n, b
// evidence: r, n, b, i
// joint: k
// near:  MATCH (f)-[:SOLD_BY]->(:Unit)-[n:IN_ESTATE_AGENT]->(x:Unit)
// wants: portal_roles; system_id = f.system; role = 'estate_agent_manager'; unit_id = x.id
MATCH (p:Person)-[r:ACTS_AT]->(:Unit)-[n:IN_ESTATE_AGENT]->(k:Unit)
WHERE r.role = 'estate_agent_manager'
MATCH (k)<-[b:IN_ESTATE_AGENT]-(:Unit)<-[i:SOLD_BY]-(f:AccessProfile)
WHERE r.system = f.system
// or: Estate Agent, its own branch
// valid: r
// evidence: r, i
// joint: u
// near:  MATCH (f)-[n:SOLD_BY]->(x:Unit)
// wants: portal_roles; system_id = f.system; role = 'estate_agent'; unit_id = x.id
MATCH (p:Person)-[r:ACTS_AT]->(u:Unit)<-[i:SOLD_BY]-(f:AccessProfile)
WHERE r.role = 'estate_agent' AND r.unit_kind = 'branch' AND r.system = f.system
