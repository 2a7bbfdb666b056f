// Profiles by scheme.
CREATE INDEX IF NOT EXISTS FOR (n:AccessProfile) ON (n.scheme)
