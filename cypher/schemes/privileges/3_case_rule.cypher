// step:  case_rule
// on:    case
// rules: ECASE-129
// says:  none, edit, view
// variant: an access rule on this case
// value: CASE s.effect WHEN 'cannot' THEN 'none' ELSE 'view' END
// match: s.system = f.system
// search: yes
// evidence:   k, s, t
// candidates: MATCH (c)<-[n:TARGETS]-(:AccessRule)-[s:FOR_SUBJECT]->(x) WHERE s.level = 'case' AND s.effect = 'can' AND s.action = $action AND f.case_access_enabled AND ON_DAY(s) AND ON_DAY(n)
// suggests:   access_rules; system_id = f.system; level = 'case'; effect = 'can'; subject_kind = 'person'; target_kind = 'case'; target_id = c.id
// person:
MATCH (a:AccessRule)-[s:FOR_SUBJECT]->(x)<-[k:COUNTS_AS]-(p:Person)
WHERE s.level = 'case' AND s.action = $action AND ON_DAY(s) AND ON_DAY(k)
// case:
MATCH (c:CaseFile)<-[t:TARGETS]-(a:AccessRule)
WHERE ON_DAY(t)
MATCH (c)-[j:HAS_PROFILE]->(f:AccessProfile)
WHERE f.case_access_enabled AND ON_DAY(j)
// variant: a part in the case
// value: CASE type(l) WHEN 'DRAFTER' THEN 'edit' ELSE 'view' END
// evidence:   l
// candidates: MATCH (c)-[n:DRAFTER|ADVISER|CONTRIBUTOR|QA_RECIPIENT|TASK_HOLDER]->(x:Person) WHERE ON_DAY(n)
// suggests:   case_people; case_id = c.id; link = 'adviser'
// person:
MATCH (p:Person)
// case:
MATCH (c:CaseFile)-[l:DRAFTER|ADVISER|CONTRIBUTOR|QA_RECIPIENT|TASK_HOLDER]->(p:Person)
WHERE ON_DAY(l)
