// The state of the graph in one row: changes counts every published step, since, phase and dead are about a running
// load, and loads, history and size say what the newest load left there.
// A server on which no load was interrupted yet knows no such property, and would warn of `s.interrupted`.
OPTIONAL MATCH (l:Load {id: 'running'})
OPTIONAL MATCH (s:Ledger {id: 'state'})
RETURN s.changes AS changes, s.model AS model, properties(s).interrupted AS interrupted,
       l.started AS since, l.phase AS phase, l.alive_until < timestamp() AS dead,
       s.loads AS loads, s.history AS history, s.size AS size
