// The edition of the server: community has no roles.
CALL dbms.components() YIELD edition
RETURN edition
