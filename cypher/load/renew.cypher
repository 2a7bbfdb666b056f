// The running load says that it lives. 0 when it has been taken over.
MATCH (l:Load {id: 'running'})
WHERE l.owner = $owner
SET l.alive_until = timestamp() + $alive
RETURN count(l) AS n
