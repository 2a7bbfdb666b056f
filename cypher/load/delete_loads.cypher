// Forgets the finished loads, which others are written for.
MATCH (l:Load)
WHERE l.id <> 'running'
DELETE l
