// One node per id and label; its index is how every question finds its anchor.
CREATE CONSTRAINT IF NOT EXISTS FOR (n:`LABEL`) REQUIRE n.id IS UNIQUE
