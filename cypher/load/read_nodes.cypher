// All nodes of a label with their properties, as the graph holds them.
MATCH (n:`LABEL`)
RETURN properties(n) AS cells
