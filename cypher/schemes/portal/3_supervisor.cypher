// step:  supervisor
// on:    case
// rules: ICON-09
// says:  edit
// match: r.system = f.system
// evidence:   l, r, n, b, i, y, z
// candidates: MATCH (c)-[n:SUPERVISOR]->(x:Person) WHERE ON_DAY(n)
// suggests:   case_people; case_id = c.id; link = 'supervisor'
//
// Some creator of the case, active or not, is or was by that day a fee earner of this system in the same firm: the role `z`
// and its firm `m` only have to have begun. `WITH` is for Neo4j, which would plan all of it together and begin at the
// thousands of groups of the firm.
// person:
MATCH (p:Person)-[r:ACTS_AT]->(:Unit)-[n:IN_FIRM]->(k:Unit)
WHERE r.role = 'fee_earner_supervisor' AND ON_DAY(r) AND ON_DAY(n)
// case:
MATCH (c:CaseFile)-[l:SUPERVISOR]->(p:Person)
WHERE ON_DAY(l)
MATCH (c)-[j:HAS_PROFILE]->(f:AccessProfile)
WHERE ON_DAY(j)
WITH *, 1 AS linked
MATCH (f)-[i:FOR_FIRM]->(:Unit)-[b:IN_FIRM]->(k:Unit)
WHERE ON_DAY(b)
WITH *, 1 AS in_firm
MATCH (c)-[y:CREATED_BY]->(q:Person)
WHERE ON_DAY(y)
MATCH (q)-[z:ACTS_AT]->(:Unit)-[m:IN_FIRM]->(k)
WHERE z.role = 'fee_earner' AND z.system = f.system
  AND z.since <= $as_of AND m.since <= $as_of AND z.since < m.until AND m.since < z.until
