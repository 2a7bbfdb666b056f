// step:  no_rights
// on:    profile
// rules: ICON-06
// says:  none
// guard: implied
// match: everything
//
// No portal role in the case's system: related perhaps, but without portal rights. Every rung above asks for a role
// itself, so lists need no condition.
// person:
MATCH (p:Person)
// case:
MATCH (f:AccessProfile)
// unless:
// match: r.system = f.system
// person:
MATCH (p:Person)-[r:ACTS_AT]->(:Unit)
WHERE ON_DAY(r)
// case:
MATCH (f:AccessProfile)
