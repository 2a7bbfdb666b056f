// lift:  view to edit
// on:    person
// rules: ECASE-118
// valid: h
// evidence: h
//
// Not a rung: held anywhere, it turns a deciding view into edit and keeps the step.
MATCH (p:Person)-[h:HOLDS]->(:Reach)-[:OF]->(q:Privilege)
WHERE q.id = 'Edit any case'
