// step:  ignore_access_rules
// on:    profile
// rules: ECASE-128
// says:  view
// match: everything
// evidence:   h
// candidates: MATCH (x:Privilege) WHERE x.id = 'Ignore all Access Rules'
// suggests:   privilege_grants; privilege = 'Ignore all Access Rules'
//
// Held anywhere, it opens every case: global access rules apply to all cases, so all are "under a rule" (our reading).
// person:
MATCH (p:Person)-[h:HOLDS]->(:Reach)-[:OF]->(q:Privilege)
WHERE q.id = 'Ignore all Access Rules' AND ON_DAY(h)
// case:
MATCH (f:AccessProfile)
