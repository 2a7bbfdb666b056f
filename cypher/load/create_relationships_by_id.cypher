// Relationships of one arrow between existing nodes, one per row {a, b, p}: ids of both ends and the properties.
UNWIND $rows AS row
MATCH (a:`FROM` {id: row.a})
MATCH (b:`TO` {id: row.b})
CREATE (a)-[r:`TYPE`]->(b)
SET r = row.p
