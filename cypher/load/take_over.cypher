// Takes a load that is dead (it has not renewed alive_until) from its owner. No row when it lives or is gone.
MATCH (l:Load {id: 'running'})
SET l.touched = timestamp()
WITH l
WHERE l.alive_until < timestamp()
SET l.owner = $owner, l.alive_until = timestamp() + $alive
RETURN l.phase AS phase, l.started AS since
