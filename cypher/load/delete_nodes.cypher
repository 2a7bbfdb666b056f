// All nodes but the state and the running load, in pieces that fit the server's memory; side by side, because their
// relationships are gone already.
MATCH (n)
WHERE NOT n:Ledger AND NOT (n:Load AND n.id = 'running')
CALL (n) {
  DETACH DELETE n
} IN 2 CONCURRENT TRANSACTIONS OF 20000 ROWS
