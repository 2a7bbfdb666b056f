// step:  no_case
// on:    case
// says:  none
// rules: MEM-02
//
// The case has no row for the day: it is not there yet, or not any more.
MATCH (c:CaseFile)
WHERE NOT EXISTS { MATCH (c)-[g8:HAS_PROFILE]->(:AccessProfile) WHERE ON_DAY(g8) }
