// One piece of what was worked out from the newest load, unless another load has come since: its bytes, with the digest
// of all pieces.
MATCH (s:Ledger {id: 'state'})
WHERE s.changes = $changes
CREATE (d:Derived {id: $name + '#' + toString($part), name: $name, changes: $changes, part: $part, digest: $digest,
                   bytes: $bytes})
RETURN count(d) AS n
