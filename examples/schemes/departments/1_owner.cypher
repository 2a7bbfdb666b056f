// step:  owner
// on:    case
// rules: DEP-01
// says:  edit
// evidence: l
//
// Whoever owns the record changes it, in whatever department they work.
// person:
MATCH (p:Person)
// case:
MATCH (c:CaseFile)-[l:OWNER]->(p:Person)
WHERE ON_DAY(l)
