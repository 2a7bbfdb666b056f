// Remembers that the graph was emptied because the load that began at $since was interrupted.
MATCH (s:Ledger {id: 'state'})
SET s.changes = s.changes + 1, s.interrupted = $since, s.loads = [], s.history = [], s.size = [0, 0]
