// Units by kind, for pages and for their second label.
CREATE INDEX IF NOT EXISTS FOR (n:Unit) ON (n.kind)
