// step:  global_rule
// on:    profile
// rules: ECASE-129, ECASE-201
// says:  none, view
// word:  CASE s.effect WHEN 'cannot' THEN 'none' ELSE 'view' END
// valid: k, s, t
// evidence: k, s, t
// search: yes
// or: all cases
// from:  case
// joint: y
MATCH (p:Person)-[k:COUNTS_AS]->(x)<-[s:FOR_SUBJECT]-(:AccessRule)-[t:TARGETS]->(y:System)<-[i:IN_SYSTEM]-(f:AccessProfile)
WHERE s.level = 'global' AND s.action = $action AND s.target = 'all_cases'
// or: a case type, the types below included
// valid: k, s, t, w
// evidence: k, s, t, w, i
// from:  case
// joint: y
MATCH (p:Person)-[k:COUNTS_AS]->(x)<-[s:FOR_SUBJECT]-(:AccessRule)-[t:TARGETS]->(y:CaseType)<-[w:WITHIN]-(:CaseType)<-[i:OF_TYPE]-(f:AccessProfile)
WHERE s.level = 'global' AND s.action = $action AND s.system = f.system
// or: this case
// on:    case
// from:  case
// joint: a
MATCH (p:Person)-[k:COUNTS_AS]->(x)<-[s:FOR_SUBJECT]-(a:AccessRule)-[t:TARGETS]->(c:CaseFile)
WHERE s.level = 'global' AND s.action = $action AND s.system = f.system
// or: own team or a team below, as if View cases cascaded
// from:  case
// valid: k, s, h, v
// evidence: k, s, h, v
// joint: e
MATCH (p:Person)-[k:COUNTS_AS]->(x:Privilege)<-[s:FOR_SUBJECT]-(:AccessRule)
WHERE s.level = 'global' AND s.action = $action AND s.target = 'own_team_or_subteam'
MATCH (p)-[h:HOLDS]->(e:Reach)-[:OF]->(x)
WHERE e.privilege = 'View cases'
MATCH (e)-[:OVER]->(:Scope)-[v:COVERS]->(:Spot)<-[:AT]-(f:AccessProfile)
WHERE s.system = f.system
