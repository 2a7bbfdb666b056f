// step:  firm
// on:    profile
// rules: ICON-02, ICON-08
// says:  edit
// valid: r, n, b
// evidence: r, n, b, i
// joint: k
// near:  MATCH (f)-[:FOR_FIRM]->(:Unit)-[n:IN_FIRM]->(x:Unit)
// wants: portal_roles; system_id = f.system; role = 'customer'; unit_id = x.id
//
// Two MATCH clauses, because in one the same IN_FIRM relationship may not serve twice (role and case at the same unit).
MATCH (p:Person)-[r:ACTS_AT]->(:Unit)-[n:IN_FIRM]->(k:Unit)
WHERE r.role IN ['customer', 'customer_admin']
MATCH (k)<-[b:IN_FIRM]-(:Unit)<-[i:FOR_FIRM]-(f:AccessProfile)
WHERE r.system = f.system
