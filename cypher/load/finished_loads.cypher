// Finished loads, oldest first. Most servers know no property `forgotten`, and would warn of `l.forgotten`.
MATCH (l:Load)
WHERE l.finished IS NOT NULL
RETURN l.id AS id, l.as_of AS as_of, l.started AS started, l.finished AS finished, l.digest AS digest,
       l.facts AS facts, l.model AS model, l.product AS product, l.schemes AS schemes,
       properties(l).forgotten AS forgotten
ORDER BY l.finished, l.id
