// step:  creator
// on:    case
// rules: ICON-09, ICON-10
// says:  edit
// match: r.system = f.system
// evidence:   l, r, n, b, i
// candidates: MATCH (c)-[n:CREATED_BY]->(x:Person) WHERE ON_DAY(n)
// suggests:   case_people; case_id = c.id; link = 'created_by'
//
// `WITH` is for Neo4j, which would begin at the thousands of groups of a firm; a case has one.
// person:
MATCH (p:Person)-[r:ACTS_AT]->(:Unit)-[n:IN_FIRM]->(k:Unit)
WHERE r.role IN ['fee_earner', 'fee_earner_supervisor'] AND ON_DAY(r) AND ON_DAY(n)
// case:
MATCH (c:CaseFile)-[l:CREATED_BY]->(p:Person)
WHERE ON_DAY(l)
MATCH (c)-[j:HAS_PROFILE]->(f:AccessProfile)
WHERE ON_DAY(j)
WITH *, 1 AS linked
MATCH (f)-[i:FOR_FIRM]->(:Unit)-[b:IN_FIRM]->(k:Unit)
WHERE ON_DAY(b)
