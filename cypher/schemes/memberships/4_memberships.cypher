// step:  memberships
// on:    profile
// rules: MEM-20, MEM-34, MEM-39
// says:  none, edit, view
// word:  CASE m.access WHEN 'deny' THEN 'none' ELSE m.access END
// valid: m
// evidence: m, i
// from:  case
// near:  MATCH (f)-[n:IN_OFFICE|IN_TEAM|IN_CATEGORY]->(x:Unit) WHERE NOT f.limited
// wants: memberships; unit_id = x.id; access = 'view'
//
// A membership in the case's office, team or category: exact unit, no hierarchy (MEM-09). A deny beats an edit beats a view.
// With deny_blocks_view_all=false a deny takes the whole rung away, an edit beside it included.
// or: a deny stands above
// joint: u
MATCH (p:Person)-[m:MEMBER_OF]->(u:Unit)<-[i:IN_OFFICE|IN_TEAM|IN_CATEGORY]-(f:AccessProfile)
WHERE m.access <> 'no' AND NOT f.limited AND f.deny_blocks_view_all
// or: a deny takes the rung away
// joint: u, e
MATCH (p:Person)-[m:MEMBER_OF]->(u:Unit)<-[i:IN_OFFICE|IN_TEAM|IN_CATEGORY]-(f:AccessProfile)
WHERE m.access <> 'no' AND NOT f.limited AND NOT f.deny_blocks_view_all AND NOT EXISTS {
  MATCH (p)-[d:MEMBER_OF]->(e:Unit)<-[:IN_OFFICE|IN_TEAM|IN_CATEGORY]-(f)
  WHERE d.access = 'deny' AND ON_DAY(d) }
