// The rows of a scheme's own list of a case that name one thing, on the day.
MATCH (c:CaseFile {id: $case})-[r:`TYPE`]->(x {id: $end})
WHERE r.since <= $as_of AND $as_of < r.until
RETURN r.source AS source, r.load AS load, r.granted_by AS granted_by, r.note AS note
ORDER BY source