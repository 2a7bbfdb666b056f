// step:  no_rule
// rules: DEP-06
// otherwise: none
//
// Nothing above gave access.
