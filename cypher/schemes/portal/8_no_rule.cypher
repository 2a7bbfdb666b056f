// step:  no_rule
// rules: ICON-01, ICON-07
// otherwise: none
//
// The person has a portal role in the system, but it does not reach this case.
