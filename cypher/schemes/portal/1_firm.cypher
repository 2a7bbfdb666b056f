// step:  firm
// on:    profile
// rules: ICON-02, ICON-08
// says:  edit
// match: r.system = f.system
// evidence:   r, n, b, i
// candidates: MATCH (f)-[:FOR_FIRM]->(:Unit)-[n:IN_FIRM]->(x:Unit) WHERE ON_DAY(n)
// suggests:   portal_roles; system_id = f.system; role = 'customer'; unit_id = x.id
//
// Role and case may stand at the same unit of the firm.
// person:
MATCH (p:Person)-[r:ACTS_AT]->(:Unit)-[n:IN_FIRM]->(k:Unit)
WHERE r.role IN ['customer', 'customer_admin'] AND ON_DAY(r) AND ON_DAY(n)
// case:
MATCH (f:AccessProfile)-[i:FOR_FIRM]->(:Unit)-[b:IN_FIRM]->(k:Unit)
WHERE ON_DAY(b)
