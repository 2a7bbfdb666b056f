// Every step from a node of a scheme's own tree up to the root, as the rows that say so, on the day.
MATCH (u:`LABEL` {id: $node})-[w:WITHIN]->(x:`LABEL`)
WHERE w.since <= $as_of AND $as_of < w.until
MATCH (x)-[r:PART_OF]->(y:`LABEL`)
WHERE r.since <= $as_of AND $as_of < r.until
RETURN DISTINCT x.id AS child, x.name AS child_name, y.id AS parent, y.name AS parent_name, r.source AS source, r.load AS load
