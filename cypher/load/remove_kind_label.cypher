// The second label goes from units that have become another kind.
MATCH (n:`LABEL`)
WHERE n.kind <> $kind
REMOVE n:`LABEL`
