// step:  referrer
// on:    profile
// rules: ICON-04, ICON-11, ICON-12
// says:  view
// or: Referrer Manager, whole referrer
// valid: r, n, b
// evidence: r, n, b, i
// joint: k
// near:  MATCH (f)-[:REFERRED_BY]->(:Unit)-[n:IN_REFERRER]->(x:Unit)
// wants: portal_roles; system_id = f.system; role = 'referrer_manager'; unit_id = x.id
MATCH (p:Person)-[r:ACTS_AT]->(:Unit)-[n:IN_REFERRER]->(k:Unit)
WHERE r.role = 'referrer_manager'
MATCH (k)<-[b:IN_REFERRER]-(:Unit)<-[i:REFERRED_BY]-(f:AccessProfile)
WHERE r.system = f.system
// or: Referrer, its own division
// valid: r
// evidence: r, i
// joint: u
// near:  MATCH (f)-[n:REFERRED_BY]->(x:Unit)
// wants: portal_roles; system_id = f.system; role = 'referrer'; unit_id = x.id
MATCH (p:Person)-[r:ACTS_AT]->(u:Unit)<-[i:REFERRED_BY]-(f:AccessProfile)
WHERE r.role = 'referrer' AND r.unit_kind = 'division' AND r.system = f.system
