// New nodes of one label, one per row of properties (id and name among them).
UNWIND $rows AS row
CREATE (n:`LABEL`)
SET n = row
