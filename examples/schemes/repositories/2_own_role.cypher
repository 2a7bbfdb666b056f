// step:  own_role
// on:    profile
// rules: REP-02, REP-05
// says:  edit, view
// value: CASE g.role WHEN 'read' THEN 'view' ELSE 'edit' END
// evidence: g, i
//
// A role of the person on the repository: read views its issues, triage, write and admin change them. A confidential
// issue opens to triage and above only.
// variant: an open issue
// person:
MATCH (p:Person)-[g:HAS_ROLE_ON]->(r:Repository)
WHERE ON_DAY(g)
// case:
MATCH (f:AccessProfile)-[i:IN_REPOSITORY]->(r:Repository)
WHERE NOT f.confidential
// variant: a confidential issue
// person:
MATCH (p:Person)-[g:HAS_ROLE_ON]->(r:Repository)
WHERE g.role <> 'read' AND ON_DAY(g)
// case:
MATCH (f:AccessProfile)-[i:IN_REPOSITORY]->(r:Repository)
WHERE f.confidential
