"""The questions, one module each: they carry parameters in and answers out. Who may see what is decided in the query
files."""
