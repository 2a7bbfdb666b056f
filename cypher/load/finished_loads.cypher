// Finished loads, oldest first.
MATCH (l:Load)
WHERE l.finished IS NOT NULL
RETURN l.id AS id, l.as_of AS as_of, l.started AS started, l.finished AS finished, l.digest AS digest,
       l.facts AS facts, l.model AS model, l.product AS product, l.schemes AS schemes
ORDER BY l.finished, l.id
