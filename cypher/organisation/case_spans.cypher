// query: case_spans
// parameters: case
// returns: since, until
//
// When a case has a row: every period of it, past and future ones included. Neighbours may touch.
MATCH (c:CaseFile {id: $case})-[h:HAS_PROFILE]->(:AccessProfile)
RETURN DISTINCT h.since AS since, h.until AS until
ORDER BY since, until
