// Takes the right to load: a running load, one per graph. No row when another one holds it.
// The write to the state comes first: it makes two that begin at once stand in line.
MERGE (s:Ledger {id: 'state'})
ON CREATE SET s.name = 'state', s.changes = 0, s.model = $model
SET s.touched = timestamp()
WITH s
OPTIONAL MATCH (l:Load {id: 'running'})
WITH s, l
WHERE l IS NULL
CREATE (n:Load {id: 'running', name: 'running', owner: $owner, started: $started, phase: 'checking', alive_until: timestamp() + $alive})
RETURN n.id AS id
