// The second label of units of one kind, for reading in Neo4j's Browser.
MATCH (n:Unit)
WHERE n.kind = $kind
SET n:`LABEL`
