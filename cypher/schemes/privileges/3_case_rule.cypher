// step:  case_rule
// on:    case
// rules: ECASE-129
// says:  none, edit, view
// or: an access rule on this case
// word:  CASE s.effect WHEN 'cannot' THEN 'none' ELSE 'view' END
// valid: k, s, t
// evidence: k, s, t
// from:  case
// joint: a
// search: yes
// near:  MATCH (c)<-[n:TARGETS]-(:AccessRule)-[s:FOR_SUBJECT]->(x) WHERE s.level = 'case' AND s.effect = 'can' AND s.action = $action AND f.case_access_enabled
// wants: access_rules; system_id = f.system; level = 'case'; effect = 'can'; subject_kind = 'person'; target_kind = 'case'; target_id = c.id
MATCH (p:Person)-[k:COUNTS_AS]->(x)<-[s:FOR_SUBJECT]-(a:AccessRule)-[t:TARGETS]->(c:CaseFile)
WHERE s.level = 'case' AND s.action = $action AND s.system = f.system AND f.case_access_enabled
// or: a part in the case
// word:  CASE type(l) WHEN 'DRAFTER' THEN 'edit' ELSE 'view' END
// valid: l
// evidence: l
// from:  case
// near:  MATCH (c)-[n:DRAFTER|ADVISER|CONTRIBUTOR|QA_RECIPIENT|TASK_HOLDER]->(x:Person)
// wants: case_people; case_id = c.id; link = 'adviser'
MATCH (p:Person)<-[l:DRAFTER|ADVISER|CONTRIBUTOR|QA_RECIPIENT|TASK_HOLDER]-(c:CaseFile)
