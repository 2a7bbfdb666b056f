// The stored history in pieces, in order.
MATCH (h:LedgerFile)
RETURN h.stem AS stem, h.digest AS digest, h.bytes AS bytes
ORDER BY h.stem, h.part
