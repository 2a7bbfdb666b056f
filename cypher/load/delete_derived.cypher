// Forgets what was worked out from earlier loads, and what has one of these names.
MATCH (s:Ledger {id: 'state'})
MATCH (d:Derived)
WHERE d.changes <> s.changes OR d.name IN $names
DELETE d
