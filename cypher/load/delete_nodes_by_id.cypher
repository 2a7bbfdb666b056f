// Nodes that are no longer there, with what hangs on them.
UNWIND $rows AS row
MATCH (n:`LABEL` {id: row.id})
DETACH DELETE n
