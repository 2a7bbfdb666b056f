// The label of some node that is not among $ours, to tell a user what is in a database that is not ours.
MATCH (n)
WHERE NOT any(l IN labels(n) WHERE l IN $ours)
RETURN head(labels(n)) AS label
LIMIT 1
