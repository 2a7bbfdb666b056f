// New properties of nodes that exist.
UNWIND $rows AS row
MATCH (n:`LABEL` {id: row.id})
SET n = row
