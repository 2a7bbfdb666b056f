// step:  referrer
// on:    profile
// rules: ICON-04, ICON-11, ICON-12
// says:  view
// match: r.system = f.system
// variant: Referrer Manager, whole referrer
// evidence:   r, n, b, i
// candidates: MATCH (f)-[:REFERRED_BY]->(:Unit)-[n:IN_REFERRER]->(x:Unit) WHERE ON_DAY(n)
// suggests:   portal_roles; system_id = f.system; role = 'referrer_manager'; unit_id = x.id
// person:
MATCH (p:Person)-[r:ACTS_AT]->(:Unit)-[n:IN_REFERRER]->(k:Unit)
WHERE r.role = 'referrer_manager' AND ON_DAY(r) AND ON_DAY(n)
// case:
MATCH (f:AccessProfile)-[i:REFERRED_BY]->(:Unit)-[b:IN_REFERRER]->(k:Unit)
WHERE ON_DAY(b)
// variant: Referrer, its own division
// evidence:   r, i
// candidates: MATCH (f)-[n:REFERRED_BY]->(x:Unit)
// suggests:   portal_roles; system_id = f.system; role = 'referrer'; unit_id = x.id
// person:
MATCH (p:Person)-[r:ACTS_AT]->(u:Unit)
WHERE r.role = 'referrer' AND r.unit_kind = 'division' AND ON_DAY(r)
// case:
MATCH (f:AccessProfile)-[i:REFERRED_BY]->(u:Unit)
