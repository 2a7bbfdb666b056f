// step:  named_rule
// on:    profile
// rules: ECASE-129
// says:  none, view
// value: CASE s.effect WHEN 'cannot' THEN 'none' ELSE 'view' END
// match: s.system = f.system
// search: yes
// evidence:   k, s, i
// candidates: MATCH (f)-[n:CARRIES]->(:AccessRule)-[s:FOR_SUBJECT]->(x) WHERE s.level = 'named' AND s.effect = 'can' AND s.action = $action AND ON_DAY(s)
// person:
MATCH (a:AccessRule)-[s:FOR_SUBJECT]->(x)<-[k:COUNTS_AS]-(p:Person)
WHERE s.level = 'named' AND s.action = $action AND ON_DAY(s) AND ON_DAY(k)
// case:
MATCH (f:AccessProfile)-[i:CARRIES]->(a:AccessRule)
