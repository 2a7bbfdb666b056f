// step:  department_manager
// on:    profile
// rules: DEP-02
// says:  edit
// evidence: z, w, i
//
// A manager of the record's own department changes it.
// person:
MATCH (p:Person)-[z:LISTED_IN]->(:Roster)
WHERE z.role = 'manager' AND ON_DAY(z)
MATCH (p)-[w:WORKS_IN]->(d:Department)
WHERE ON_DAY(w)
// case:
MATCH (f:AccessProfile)-[i:OF_DEPARTMENT]->(d:Department)
