// query: case_on_day
// parameters: case, as_of
// returns: profile_id, system, status, since, source, load, granted_by, note, limited, own_sensitive, needs_type, needs_unit, needs_either, queue, default_policy
//
// The case's own row on the day, and what its group says about it.
MATCH (c:CaseFile {id: $case})-[h:HAS_PROFILE]->(f:AccessProfile)
WHERE ON_DAY(h)
RETURN f.id AS profile_id, f.system AS system, h.status AS status, h.since AS since, h.source AS source, h.load AS load, h.granted_by AS granted_by, h.note AS note, f.limited AS limited, f.own_sensitive AS own_sensitive, f.needs_type AS needs_type, f.needs_unit AS needs_unit, f.needs_either AS needs_either, f.queue AS queue, f.default_policy AS default_policy
