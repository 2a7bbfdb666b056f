// Cases by system.
CREATE INDEX IF NOT EXISTS FOR (n:CaseFile) ON (n.system)
