// query: roster
// parameters: person
// returns: since, until, active, cleared, source, load, granted_by, note
//
// Every row of a person on the roster, past and future ones included.
MATCH (p:Person {id: $person})-[r:LISTED_IN]->(x:Roster)
RETURN r.since AS since, r.until AS until, r.active AS active, r.cleared AS cleared, r.source AS source, r.load AS load, r.granted_by AS granted_by, r.note AS note
ORDER BY since
