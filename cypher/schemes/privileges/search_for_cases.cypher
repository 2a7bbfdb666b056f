// upgrade: search
// rules:   ECASE-196
//
// Finding anything at all needs Search for cases, held anywhere (action search).
MATCH (p:Person)-[h:HOLDS]->(:Reach)-[:OF]->(q:Privilege)
WHERE q.id = 'Search for cases' AND ON_DAY(h)
