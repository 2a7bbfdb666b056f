// All relationships of a type between two labels with their properties, as the graph holds them.
MATCH (a:`FROM`)-[r:`TYPE`]->(b:`TO`)
RETURN a.id AS start, b.id AS finish, properties(r) AS cells
