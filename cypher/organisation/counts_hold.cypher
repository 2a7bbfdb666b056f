// query: counts_hold
// returns: counts_from, counts_until
//
// The period in which the numbers of cases kept on the groups are right.
MATCH (r:Roster {id: 'roster'})
RETURN r.counts_from AS counts_from, r.counts_until AS counts_until
