// step:  team_role
// on:    profile
// rules: REP-03, REP-05
// says:  edit, view
// value: CASE g.role WHEN 'read' THEN 'view' ELSE 'edit' END
// evidence: m, w, g, i
//
// The same for a role of a team that the person is in, or of a team above it.
// variant: an open issue
// person:
MATCH (p:Person)-[m:IN_TEAM_OF]->(:Team)-[w:WITHIN]->(:Team)-[g:TEAM_HAS_ROLE_ON]->(r:Repository)
WHERE ON_DAY(m) AND ON_DAY(w) AND ON_DAY(g)
// case:
MATCH (f:AccessProfile)-[i:IN_REPOSITORY]->(r:Repository)
WHERE NOT f.confidential
// variant: a confidential issue
// person:
MATCH (p:Person)-[m:IN_TEAM_OF]->(:Team)-[w:WITHIN]->(:Team)-[g:TEAM_HAS_ROLE_ON]->(r:Repository)
WHERE g.role <> 'read' AND ON_DAY(m) AND ON_DAY(w) AND ON_DAY(g)
// case:
MATCH (f:AccessProfile)-[i:IN_REPOSITORY]->(r:Repository)
WHERE f.confidential
