"""The input of an organisation as data: files, columns, keys, and what can be wrong with them. Opens no file."""
