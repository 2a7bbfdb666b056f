// One piece of the history of one file: parquet bytes.
CREATE (h:LedgerFile {id: $stem + '#' + toString($part), name: $stem, stem: $stem, part: $part, digest: $digest, bytes: $bytes})
