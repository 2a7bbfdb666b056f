// step:  memberships
// on:    profile
// rules: MEM-20, MEM-34, MEM-39
// says:  none, edit, view
// word:  CASE m.access WHEN 'deny' THEN 'none' ELSE m.access END
// valid: m
// evidence: m, i
// near:  MATCH (f)-[n:IN_OFFICE|IN_TEAM|IN_CATEGORY]->(x:Unit)
// wants: memberships; unit_id = x.id; access = 'view'
//
// A membership in the case's office, team or category: exact unit, no hierarchy (MEM-09). A deny beats an edit beats a view.
// With deny_blocks_view_all=false a deny takes the whole rung away, an edit beside it included.
MATCH (p:Person)-[m:MEMBER_OF]->(:Unit)<-[i:IN_OFFICE|IN_TEAM|IN_CATEGORY]-(f:AccessProfile)
WHERE m.access <> 'no' AND NOT f.limited
  AND (f.deny_blocks_view_all OR NOT EXISTS {
    MATCH (p)-[d:MEMBER_OF]->(:Unit)<-[:IN_OFFICE|IN_TEAM|IN_CATEGORY]-(f) WHERE d.access = 'deny' AND ON_DAY(d) })
