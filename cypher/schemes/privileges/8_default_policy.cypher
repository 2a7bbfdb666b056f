// step:  default_policy
// on:    profile
// rules: ECASE-201
// says:  view
// match: everything
// otherwise: none
//
// No rule anywhere: default_policy=open lets everybody view, closed nobody.
// person:
MATCH (p:Person)
// case:
MATCH (f:AccessProfile)
WHERE f.default_policy = 'open'
