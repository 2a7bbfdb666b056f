"""Who may ask what: the actor of a question, roles and scopes, sign-in and tokens, and the log of questions."""
