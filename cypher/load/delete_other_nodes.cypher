// Nodes that nobody makes any more, since the scheme that made them has changed; $labels are all that are made.
MATCH (n)
WHERE none(l IN labels(n) WHERE l IN $labels)
DETACH DELETE n
