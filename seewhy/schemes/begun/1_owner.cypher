// step:  owner
// on:    case
// rules: OWN-01
// says:  edit
// evidence: l
// candidates: MATCH (c)-[n:OWNER]->(x:Person) WHERE ON_DAY(n)
// suggests:   case_people; case_id = c.id; link = 'owner'
//
// Whoever owns the case may change it. Every rung has a person half and a case half that share a node.
// person:
MATCH (p:Person)
// case:
MATCH (c:CaseFile)-[l:OWNER]->(p:Person)
WHERE ON_DAY(l)
