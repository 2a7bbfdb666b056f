// step:  client
// on:    profile
// rules: ICON-15
// says:  view
// match: r.system = f.system
// variant: named on the case
// on:    case
// evidence:   l, r
// candidates: MATCH (c)-[n:CLIENT]->(x:Person) WHERE ON_DAY(n)
// suggests:   case_people; case_id = c.id; link = 'client'
// person:
MATCH (p:Person)-[r:ACTS_AT]->(:Unit)
WHERE r.role = 'client' AND ON_DAY(r)
// case:
MATCH (c:CaseFile)-[l:CLIENT]->(p:Person)
WHERE l.slot >= 1 AND l.slot <= 4 AND ON_DAY(l)
// variant: the role's organisation is a client party
// evidence:   r, i
// candidates: MATCH (f)-[n:FOR_CLIENT]->(x:Unit)
// suggests:   portal_roles; system_id = f.system; role = 'client'; unit_id = x.id
// person:
MATCH (p:Person)-[r:ACTS_AT]->(u:Unit)
WHERE r.role = 'client' AND ON_DAY(r)
// case:
MATCH (f:AccessProfile)-[i:FOR_CLIENT]->(u:Unit)
