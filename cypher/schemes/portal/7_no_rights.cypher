// step:  no_rights
// on:    profile
// rules: ICON-06
// says:  none
// guard: implied
//
// No portal role in the case's system: related perhaps, but without portal rights. Every rung above asks for a role
// itself, so lists need no condition.
MATCH (p:Person)
MATCH (f:AccessProfile)
WHERE NOT EXISTS { MATCH (p)-[r:ACTS_AT]->(:Unit) WHERE r.system = f.system AND ON_DAY(r) }
