// step:  owner
// on:    case
// rules: ECASE-201
// says:  edit
// evidence:   l
// candidates: MATCH (c)-[n:OWNER]->(x:Person) WHERE ON_DAY(n)
// suggests:   case_people; case_id = c.id; link = 'owner'
// person:
MATCH (p:Person)
// case:
MATCH (c:CaseFile)-[l:OWNER]->(p:Person)
WHERE ON_DAY(l)
