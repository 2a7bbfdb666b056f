// step:  client
// on:    profile
// rules: ICON-15
// says:  view
// or: named on the case
// on:    case
// valid: l, r
// evidence: l, r
// near:  MATCH (c)-[n:CLIENT]->(x:Person)
// wants: case_people; case_id = c.id; link = 'client'
MATCH (p:Person)<-[l:CLIENT]-(c:CaseFile)
WHERE l.slot >= 1 AND l.slot <= 4
MATCH (p)-[r:ACTS_AT]->(:Unit)
WHERE r.role = 'client' AND r.system = f.system
// or: the role's organisation is a client party
// valid: r
// evidence: r, i
// joint: u
// near:  MATCH (f)-[n:FOR_CLIENT]->(x:Unit)
// wants: portal_roles; system_id = f.system; role = 'client'; unit_id = x.id
MATCH (p:Person)-[r:ACTS_AT]->(u:Unit)<-[i:FOR_CLIENT]-(f:AccessProfile)
WHERE r.role = 'client' AND r.system = f.system
