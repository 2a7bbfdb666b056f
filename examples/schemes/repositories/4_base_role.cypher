// step:  base_role
// on:    profile
// rules: REP-04, REP-05
// says:  edit, view
// value: CASE f.base_role WHEN 'write' THEN 'edit' ELSE 'view' END
// match: everything
//
// What everybody in the organisation may do, unless the issue is confidential.
// person:
MATCH (p:Person)
// case:
MATCH (f:AccessProfile)
WHERE f.base_role <> 'none' AND NOT f.confidential
