// step:  view_all
// on:    profile
// rules: MEM-30, MEM-36
// says:  view
// valid: g, a
// evidence: g, a
// joint: everything
// near:  MATCH (x:Group)-[n:ALLOWS]->(q:Permission) WHERE q.id = 'can_view_all_cases'
// wants: group_members; group_id = x.id
//
// The permission "Can view all cases" through a security group, and no group of the person denies it.
MATCH (p:Person)-[g:IN_GROUP]->(:Group)-[a:ALLOWS]->(q:Permission)
WHERE q.id = 'can_view_all_cases'
  AND NOT EXISTS {
    MATCH (p)-[x:IN_GROUP]->(:Group)-[d:DENIES]->(n:Permission)
    WHERE n.id = 'can_view_all_cases' AND ON_DAY(x) AND ON_DAY(d) }
MATCH (f:AccessProfile)
