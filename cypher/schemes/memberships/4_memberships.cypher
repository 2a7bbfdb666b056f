// step:  memberships
// on:    profile
// rules: MEM-20, MEM-34, MEM-39
// says:  none, edit, view
// value: CASE m.access WHEN 'deny' THEN 'none' ELSE m.access END
// evidence:   m, i
// candidates: MATCH (f)-[n:IN_OFFICE|IN_TEAM|IN_CATEGORY]->(x:Unit) WHERE NOT f.limited
// suggests:   memberships; unit_id = x.id; access = 'view'
//
// A membership in the case's office, team or category: exact unit, no hierarchy (MEM-09). A deny beats an edit beats a view.
// With deny_blocks_view_all=false a deny takes the whole rung away, an edit beside it included.
// variant: a deny stands above
// person:
MATCH (p:Person)-[m:MEMBER_OF]->(u:Unit)
WHERE m.access <> 'no' AND ON_DAY(m)
// case:
MATCH (f:AccessProfile)-[i:IN_OFFICE|IN_TEAM|IN_CATEGORY]->(u:Unit)
WHERE NOT f.limited AND f.deny_blocks_view_all
// variant: a deny takes the rung away
// person:
MATCH (p:Person)-[m:MEMBER_OF]->(u:Unit)
WHERE m.access <> 'no' AND ON_DAY(m)
// case:
MATCH (f:AccessProfile)-[i:IN_OFFICE|IN_TEAM|IN_CATEGORY]->(u:Unit)
WHERE NOT f.limited AND NOT f.deny_blocks_view_all
// unless:
// person:
MATCH (p:Person)-[d:MEMBER_OF]->(e:Unit)
WHERE d.access = 'deny' AND ON_DAY(d)
// case:
MATCH (f:AccessProfile)-[:IN_OFFICE|IN_TEAM|IN_CATEGORY]->(e:Unit)
WHERE NOT f.limited AND NOT f.deny_blocks_view_all
