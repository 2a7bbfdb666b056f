// step:  named_rule
// on:    profile
// rules: ECASE-129
// says:  none, view
// word:  CASE s.effect WHEN 'cannot' THEN 'none' ELSE 'view' END
// valid: k, s
// evidence: k, s, i
// from:  case
// joint: a
// search: yes
// near:  MATCH (f)-[n:CARRIES]->(:AccessRule)-[s:FOR_SUBJECT]->(x) WHERE s.level = 'named' AND s.effect = 'can' AND s.action = $action
MATCH (p:Person)-[k:COUNTS_AS]->(x)<-[s:FOR_SUBJECT]-(a:AccessRule)<-[i:CARRIES]-(f:AccessProfile)
WHERE s.level = 'named' AND s.action = $action AND s.system = f.system
