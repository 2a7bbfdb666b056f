// Forgets the state of a graph that is to be given back empty.
MATCH (s:Ledger {id: 'state'})
DETACH DELETE s
