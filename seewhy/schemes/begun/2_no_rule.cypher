// step:  no_rule
// rules: OWN-02
// otherwise: none
//
// Nothing above gave access.
