// step:  manager
// on:    profile
// rules: DEP-04
// says:  view
// match: everything
// evidence: z
//
// Managers view the records of all departments.
// person:
MATCH (p:Person)-[z:LISTED_IN]->(:Roster)
WHERE z.role = 'manager' AND ON_DAY(z)
// case:
MATCH (f:AccessProfile)
