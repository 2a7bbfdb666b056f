// A node that is never there: the transaction is rolled back. Whether it may be written is what is asked.
CREATE (n:Load {id: $id})
RETURN n.id AS id
