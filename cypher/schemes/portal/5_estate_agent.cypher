// step:  estate_agent
// on:    profile
// rules: ICON-04, ICON-13, ICON-14
// says:  view
// match: r.system = f.system
// variant: Estate Agent Manager, whole agent
// evidence:   r, n, b, i
// candidates: MATCH (f)-[:SOLD_BY]->(:Unit)-[n:IN_ESTATE_AGENT]->(x:Unit) WHERE ON_DAY(n)
// suggests:   portal_roles; system_id = f.system; role = 'estate_agent_manager'; unit_id = x.id
// person:
MATCH (p:Person)-[r:ACTS_AT]->(:Unit)-[n:IN_ESTATE_AGENT]->(k:Unit)
WHERE r.role = 'estate_agent_manager' AND ON_DAY(r) AND ON_DAY(n)
// case:
MATCH (f:AccessProfile)-[i:SOLD_BY]->(:Unit)-[b:IN_ESTATE_AGENT]->(k:Unit)
WHERE ON_DAY(b)
// variant: Estate Agent, its own branch
// evidence:   r, i
// candidates: MATCH (f)-[n:SOLD_BY]->(x:Unit)
// suggests:   portal_roles; system_id = f.system; role = 'estate_agent'; unit_id = x.id
// person:
MATCH (p:Person)-[r:ACTS_AT]->(u:Unit)
WHERE r.role = 'estate_agent' AND r.unit_kind = 'branch' AND ON_DAY(r)
// case:
MATCH (f:AccessProfile)-[i:SOLD_BY]->(u:Unit)
