// step:  other_staff
// on:    case
// rules: MEM-32, MEM-33
// says:  edit, view
// word:  l.access
// valid: l
// evidence: l
// from:  case
// near:  MATCH (c)-[n:OTHER_STAFF]->(x:Person)
// wants: case_people; case_id = c.id; link = 'other_staff'; access = 'view'
//
// An entry in Other staff gives what the entry says: view, or edit (the default).
MATCH (p:Person)<-[l:OTHER_STAFF]-(c:CaseFile)
