// step:  creator
// on:    case
// rules: ICON-09, ICON-10
// says:  edit
// valid: l, r, n, b
// evidence: l, r, n, b, i
// near:  MATCH (c)-[n:CREATED_BY]->(x:Person)
// wants: case_people; case_id = c.id; link = 'created_by'
MATCH (p:Person)<-[l:CREATED_BY]-(c:CaseFile)
MATCH (f:AccessProfile)-[i:FOR_FIRM]->(:Unit)-[b:IN_FIRM]->(k:Unit)
MATCH (p)-[r:ACTS_AT]->(:Unit)-[n:IN_FIRM]->(k)
WHERE r.role IN ['fee_earner', 'fee_earner_supervisor'] AND r.system = f.system
