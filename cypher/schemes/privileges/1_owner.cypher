// step:  owner
// on:    case
// rules: ECASE-201
// says:  edit
// valid: l
// evidence: l
// from:  case
// near:  MATCH (c)-[n:OWNER]->(x:Person)
// wants: case_people; case_id = c.id; link = 'owner'
MATCH (p:Person)<-[l:OWNER]-(c:CaseFile)
