// query: guarded
// returns: id
//
// Groups of look-alike cases that a guard may close to somebody: limited ones and sensitive ones.
MATCH (f:AccessProfile)
WHERE f.limited OR f.needs_type OR f.needs_unit OR f.needs_either
RETURN f.id AS id
