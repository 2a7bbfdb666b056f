// step:  inactive
// on:    person
// says:  none
// rules: MEM-11
//
// No row of the person that says active holds on the day: the gate before every ladder.
MATCH (p:Person)
WHERE NOT EXISTS { MATCH (p)-[g9:ACTIVE_IN]->(:Roster) WHERE ON_DAY(g9) }
