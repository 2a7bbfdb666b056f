// step:  view_all
// on:    profile
// rules: MEM-30, MEM-36
// says:  view
// match: everything
// evidence:   g, a
// candidates: MATCH (x:Group)-[n:ALLOWS]->(q:Permission) WHERE q.id = 'can_view_all_cases'
// suggests:   group_members; group_id = x.id
//
// The permission "Can view all cases" through a security group, and no group of the person denies it.
// person:
MATCH (p:Person)-[g:IN_GROUP]->(:Group)-[a:ALLOWS]->(q:Permission)
WHERE q.id = 'can_view_all_cases' AND ON_DAY(g) AND ON_DAY(a)
  AND NOT EXISTS {
    MATCH (p)-[x:IN_GROUP]->(:Group)-[d:DENIES]->(n:Permission)
    WHERE n.id = 'can_view_all_cases' AND ON_DAY(x) AND ON_DAY(d) }
// case:
MATCH (f:AccessProfile)
