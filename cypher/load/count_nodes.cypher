// How many nodes of one label there are.
MATCH (n:`LABEL`)
RETURN count(n) AS n
