// step:  other_staff
// on:    case
// rules: MEM-32, MEM-33
// says:  edit, view
// value: l.access
// evidence:   l
// candidates: MATCH (c)-[n:OTHER_STAFF]->(x:Person) WHERE ON_DAY(n)
// suggests:   case_people; case_id = c.id; link = 'other_staff'; access = 'view'
//
// An entry in Other staff gives what the entry says: view, or edit (the default).
// person:
MATCH (p:Person)
// case:
MATCH (c:CaseFile)-[l:OTHER_STAFF]->(p:Person)
WHERE ON_DAY(l)
