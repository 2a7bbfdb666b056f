// Forgets the state of a graph that never had a load, so that a refused first load leaves an empty database.
MATCH (s:Ledger {id: 'state'})
WHERE s.changes = 0
DELETE s
