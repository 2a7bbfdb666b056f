// query: one_at_a_time
// kind: secondary-access
// parameters: positions
// returns: met, asked
// rules: CMS-28
//
// Hierarchical: is only one position asked for?
RETURN size($positions) = 1 AS met, size($positions) AS asked
