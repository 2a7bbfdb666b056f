// step:  assigned
// on:    case
// rules: REP-01
// says:  edit
// evidence: l
//
// Whoever is assigned to an issue works on it, a confidential one too.
// person:
MATCH (p:Person)
// case:
MATCH (c:CaseFile)-[l:ASSIGNED_TO]->(p:Person)
WHERE ON_DAY(l)
