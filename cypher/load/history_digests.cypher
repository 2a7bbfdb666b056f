// Which history is stored, without its bytes.
MATCH (h:LedgerFile)
RETURN DISTINCT h.stem AS stem, h.digest AS digest
