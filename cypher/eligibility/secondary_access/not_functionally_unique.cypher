// query: not_functionally_unique
// kind: secondary-access
// parameters: functionally_unique
// returns: met
// rules: CMS-26
//
// A warning, no refusal: is the request meant to help a functionally unique segment?
RETURN NOT $functionally_unique AS met
