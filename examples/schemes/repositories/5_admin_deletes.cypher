// step:   admin_deletes
// on:     profile
// rules:  REP-06
// grants: delete
// says:   yes
//
// Admins of the repository delete its issues, through a role of their own or of a team.
// variant: a role of the person
// evidence: g, i
// person:
MATCH (p:Person)-[g:HAS_ROLE_ON]->(r:Repository)
WHERE g.role = 'admin' AND ON_DAY(g)
// case:
MATCH (f:AccessProfile)-[i:IN_REPOSITORY]->(r:Repository)
// variant: a role of a team
// evidence: m, w, g, i
// person:
MATCH (p:Person)-[m:IN_TEAM_OF]->(:Team)-[w:WITHIN]->(:Team)-[g:TEAM_HAS_ROLE_ON]->(r:Repository)
WHERE g.role = 'admin' AND ON_DAY(m) AND ON_DAY(w) AND ON_DAY(g)
// case:
MATCH (f:AccessProfile)-[i:IN_REPOSITORY]->(r:Repository)
