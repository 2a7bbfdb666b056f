// step:  no_rule
// rules: MEM-40
// otherwise: none
//
// Nothing above gave access.
