"""`eligible`: who may be given something, one module per family of kinds. Cypher says whether a condition is met."""
