// step:  assigned_to
// on:    case
// rules: MEM-03, MEM-31
// says:  edit
// evidence:   l
// candidates: MATCH (c)-[n:ASSIGNED_TO]->(x:Person) WHERE ON_DAY(n)
// suggests:   case_people; case_id = c.id; link = 'assigned_to'
//
// The employee in Assigned to on the Case Details tab. Direct access comes before memberships (MEM-33).
// person:
MATCH (p:Person)
// case:
MATCH (c:CaseFile)-[l:ASSIGNED_TO]->(p:Person)
WHERE ON_DAY(l)
