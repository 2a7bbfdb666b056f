// The relationships of one arrow between the two nodes of each row {a, b}.
UNWIND $rows AS row
MATCH (a:`FROM` {id: row.a})
MATCH (b:`TO` {id: row.b})
MATCH (a)-[r:`TYPE`]->(b)
DELETE r
