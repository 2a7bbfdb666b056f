// The next phase of the running load: 'batches' (the graph is half written) or 'committing' (one commit is being applied).
MATCH (l:Load {id: 'running'})
WHERE l.owner = $owner
MATCH (s:Ledger {id: 'state'})
SET l.phase = $phase, s.changes = s.changes + CASE $phase WHEN 'batches' THEN 1 ELSE 0 END
RETURN count(l) AS n
