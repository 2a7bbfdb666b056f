// Gives the right to load back.
MATCH (l:Load {id: 'running'})
WHERE l.owner = $owner
DELETE l
