// step:  no_position
// rules: CMS-34
// otherwise: none
//
// No position that the person holds reaches any open work of the case.
