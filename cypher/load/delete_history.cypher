// Forgets the stored history of one file.
MATCH (h:LedgerFile)
WHERE h.stem = $stem
DELETE h
