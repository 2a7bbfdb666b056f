// lift:  search
// on:    person
// rules: ECASE-196
// valid: h
// evidence: h
//
// Finding anything at all needs Search for cases, held anywhere (action search, contract 3.4).
MATCH (p:Person)-[h:HOLDS]->(:Reach)-[:OF]->(q:Privilege)
WHERE q.id = 'Search for cases'
