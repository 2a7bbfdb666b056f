// The state of the graph in one row: changes counts every published step, the rest is about a running load.
OPTIONAL MATCH (l:Load {id: 'running'})
OPTIONAL MATCH (s:Ledger {id: 'state'})
RETURN s.changes AS changes, s.model AS model, s.interrupted AS interrupted,
       l.started AS since, l.phase AS phase, l.alive_until < timestamp() AS dead
