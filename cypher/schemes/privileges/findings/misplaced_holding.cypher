// finding: misplaced_holding
// severity: medium
// rules: ECASE-148, ECASE-165, ECASE-170, ECASE-172, ECASE-173, ECASE-174, ECASE-177, ECASE-180, ECASE-181, ECASE-184, ECASE-185, ECASE-186, ECASE-187, ECASE-188, ECASE-189, ECASE-190
// statement: A privilege that must be held organisation-wide, in a Private Office or at a team is held somewhere else.
// message: {person} holds {privilege} through {through}, at {place}; it has to be held {wanted}.
// parameters: as_of, organisation_wide, private_office, team_level
// returns: rule, person, person_name, position, position_name, case_id, case_name, unit, unit_name, about, facts, privilege, through, place, wanted
//
// Where a privilege has to sit (rules ECASE-08, -09): `$organisation_wide`, `$private_office` and `$team_level` are the privileges
// with such a place. A grant to the account counts as organisation-wide and as nothing else.
MATCH (p:Person)-[h:HOLDS]->(r:Reach)-[:OF]->(q:Privilege)
WHERE ON_DAY(h) AND EXISTS { MATCH (p)-[g:ACTIVE_IN]->(:Roster) WHERE ON_DAY(g) }
MATCH (u:Unit {id: r.unit})
OPTIONAL MATCH (y:Role)
WHERE y.id = h.role
WITH p, h, r, q, u, y
WHERE (q.name IN $organisation_wide AND NOT h.placement IN ['organisation_wide', 'grant']) OR (q.name IN $private_office AND NOT (h.placement = 'private_office' AND u.kind = 'private_office')) OR (q.name IN $team_level AND (u.id = '' OR h.placement <> 'team'))
RETURN q.rule AS rule, p.id AS person, p.name AS person_name, null AS position, null AS position_name, null AS case_id, null AS case_name, CASE u.id WHEN '' THEN null ELSE u.id END AS unit, CASE u.id WHEN '' THEN null ELSE u.name END AS unit_name, h.role + '/' + r.case_type + '/' + h.placement AS about, [FACT(h)] AS facts, q.name AS privilege, CASE h.role WHEN '' THEN 'a grant to the account' ELSE 'the role ' + CASE WHEN y IS NULL THEN h.role ELSE y.name END END AS through, CASE u.id WHEN '' THEN 'no unit' ELSE u.name + ' (placement ' + h.placement + ')' END AS place, CASE WHEN q.name IN $organisation_wide THEN 'organisation-wide' WHEN q.name IN $private_office THEN 'inside a Private Office' ELSE 'at the very team' END AS wanted
ORDER BY rule, person, unit, about
