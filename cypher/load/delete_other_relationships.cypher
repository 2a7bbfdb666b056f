// Relationships that nobody makes any more, since the scheme that made them has changed; $arrows are all that are made.
MATCH (a)-[r]->(b)
WHERE none(x IN $arrows WHERE x[0] = type(r) AND x[1] IN labels(a) AND x[2] IN labels(b))
DELETE r
