// step:  no_rule
// rules: REP-07
// otherwise: none
//
// Nothing above gave access.
