// Publishes a load, or several at once: their records, and a new state with an account of what must be there. 0 when the
// load has been taken over.
MATCH (l:Load {id: 'running'})
WHERE l.owner = $owner
SET l.phase = 'committing'
WITH l
MATCH (s:Ledger {id: 'state'})
SET s.changes = s.changes + 1, s.model = $model, s.interrupted = null,
    s.loads = $loads, s.history = $history, s.size = $size
WITH s
UNWIND $records AS record
CREATE (n:Load {id: record.id})
SET n += record
RETURN count(n) AS n
