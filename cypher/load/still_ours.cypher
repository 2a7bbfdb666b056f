// 1 while this load has not been taken over. Without a lock, so that batches can be written side by side: a batch that
// is on its way at the very moment of a takeover may still arrive; takeovers come long after the last sign of life.
MATCH (l:Load {id: 'running'})
WHERE l.owner = $owner
RETURN count(l) AS n
