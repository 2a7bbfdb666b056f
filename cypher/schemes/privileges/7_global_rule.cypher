// step:  global_rule
// on:    profile
// rules: ECASE-129, ECASE-201
// says:  none, view
// value: CASE s.effect WHEN 'cannot' THEN 'none' ELSE 'view' END
// search: yes
// candidates: none
// variant: all cases
// evidence: k, s, t
// person:
MATCH (y:System)<-[t:TARGETS]-(:AccessRule)-[s:FOR_SUBJECT]->(x)<-[k:COUNTS_AS]-(p:Person)
WHERE s.level = 'global' AND s.action = $action AND s.target = 'all_cases' AND ON_DAY(t) AND ON_DAY(s) AND ON_DAY(k)
// case:
MATCH (f:AccessProfile)-[:IN_SYSTEM]->(y:System)
// variant: a case type, the types below included
// match:    s.system = f.system
// evidence: k, s, t, w, i
// person:
MATCH (y:CaseType)<-[t:TARGETS]-(:AccessRule)-[s:FOR_SUBJECT]->(x)<-[k:COUNTS_AS]-(p:Person)
WHERE s.level = 'global' AND s.action = $action AND ON_DAY(t) AND ON_DAY(s) AND ON_DAY(k)
// case:
MATCH (f:AccessProfile)-[i:OF_TYPE]->(:CaseType)-[w:WITHIN]->(y:CaseType)
WHERE ON_DAY(w)
WITH *, 1 AS linked
// from_join:
MATCH (f:AccessProfile)-[i:OF_TYPE]->(:CaseType)-[w:WITHIN]->(y:CaseType)
WHERE ON_DAY(w)
// variant: own team or a team below, as if View cases cascaded
// match:    s.system = f.system
// evidence: k, s, h, v
// person:
MATCH (p:Person)-[h:HOLDS]->(e:Reach)-[:OF]->(x:Privilege)
WHERE e.privilege = 'View cases' AND ON_DAY(h)
MATCH (p)-[k:COUNTS_AS]->(x)<-[s:FOR_SUBJECT]-(:AccessRule)
WHERE s.level = 'global' AND s.action = $action AND s.target = 'own_team_or_subteam' AND ON_DAY(s) AND ON_DAY(k)
// case:
MATCH (f:AccessProfile)-[:AT]->(:Spot)<-[v:COVERS]-(:Scope)<-[:OVER]-(e:Reach)
WHERE e.privilege = 'View cases' AND ON_DAY(v)
