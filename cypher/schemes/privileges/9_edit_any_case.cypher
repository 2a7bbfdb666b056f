// upgrade: view to edit
// rules:   ECASE-118
//
// Not a rung: held anywhere, it turns a deciding view into edit and keeps the step.
MATCH (p:Person)-[h:HOLDS]->(:Reach)-[:OF]->(q:Privilege)
WHERE q.id = 'Edit any case' AND ON_DAY(h)
