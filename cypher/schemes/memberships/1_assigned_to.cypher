// step:  assigned_to
// on:    case
// rules: MEM-03, MEM-31
// says:  edit
// valid: l
// evidence: l
// from:  case
// near:  MATCH (c)-[n:ASSIGNED_TO]->(x:Person)
// wants: case_people; case_id = c.id; link = 'assigned_to'
//
// The employee in Assigned to on the Case Details tab. Direct access comes before memberships (MEM-33).
MATCH (p:Person)<-[l:ASSIGNED_TO]-(c:CaseFile)
