// The pieces of something that was worked out from the newest load, in order.
MATCH (s:Ledger {id: 'state'})
MATCH (d:Derived {name: $name})
WHERE d.changes = s.changes
RETURN d.digest AS digest, d.bytes AS bytes
ORDER BY d.part
