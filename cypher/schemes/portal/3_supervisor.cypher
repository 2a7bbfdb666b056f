// step:  supervisor
// on:    case
// rules: ICON-09
// says:  edit
// valid: l, r, n, b, y
// evidence: l, r, n, b, i, y, z
// near:  MATCH (c)-[n:SUPERVISOR]->(x:Person)
// wants: case_people; case_id = c.id; link = 'supervisor'
//
// Some creator of the case, active or not, is or was by that day a fee earner of this system in the same firm: the role `z`
// and its firm `m` only have to have begun.
MATCH (p:Person)<-[l:SUPERVISOR]-(c:CaseFile)
MATCH (f:AccessProfile)-[i:FOR_FIRM]->(:Unit)-[b:IN_FIRM]->(k:Unit)
MATCH (p)-[r:ACTS_AT]->(:Unit)-[n:IN_FIRM]->(k)
WHERE r.role = 'fee_earner_supervisor' AND r.system = f.system
MATCH (c)-[y:CREATED_BY]->(q:Person)
MATCH (q)-[z:ACTS_AT]->(:Unit)-[m:IN_FIRM]->(k)
WHERE z.role = 'fee_earner' AND z.system = f.system AND z.since <= $as_of AND m.since <= $as_of AND z.since < m.until AND m.since < z.until
