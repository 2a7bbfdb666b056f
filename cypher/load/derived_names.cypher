// What is kept that was worked out from the newest load, the oldest first.
MATCH (s:Ledger {id: 'state'})
MATCH (d:Derived)
WHERE d.changes = s.changes AND d.part = 0
RETURN d.name AS name
ORDER BY elementId(d)
