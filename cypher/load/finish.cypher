// Publishes a load: its record, and a new state with an account of what must be there. 0 when the load has been taken
// over.
MATCH (l:Load {id: 'running'})
WHERE l.owner = $owner
SET l.phase = 'committing'
WITH l
MATCH (s:Ledger {id: 'state'})
SET s.changes = s.changes + 1, s.model = $load.model, s.interrupted = null,
    s.loads = $loads, s.history = $history, s.size = $size
CREATE (n:Load {id: $load.id, name: $load.id})
SET n += $load
RETURN count(n) AS n
