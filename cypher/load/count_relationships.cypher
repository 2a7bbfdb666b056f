// How many relationships of one type there are.
MATCH ()-[r:`TYPE`]->()
RETURN count(r) AS n
