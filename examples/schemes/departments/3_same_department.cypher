// step:  same_department
// on:    profile
// rules: DEP-03
// says:  view
// evidence: w, i
//
// Everybody who works in the record's department views it.
// person:
MATCH (p:Person)-[w:WORKS_IN]->(d:Department)
WHERE ON_DAY(w)
// case:
MATCH (f:AccessProfile)-[i:OF_DEPARTMENT]->(d:Department)
