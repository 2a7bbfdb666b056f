// step:   deletes_own
// on:     case
// rules:  DEP-05
// grants: delete
// says:   yes
// evidence: l
//
// Only the owner deletes a record.
// person:
MATCH (p:Person)
// case:
MATCH (c:CaseFile)-[l:OWNER]->(p:Person)
WHERE ON_DAY(l)
