"""Working on schemes: a folder begun, checked, tested, compared with another version, packed."""
