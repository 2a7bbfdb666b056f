// step:  default_policy
// on:    profile
// rules: ECASE-201
// says:  view
// joint: everything
// otherwise: none
//
// No rule anywhere: default_policy=open lets everybody view, closed nobody.
MATCH (p:Person)
MATCH (f:AccessProfile)
WHERE f.default_policy = 'open'
