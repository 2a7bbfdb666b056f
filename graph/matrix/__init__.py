"""The access matrix: who sees what on one day, decided for many people and cases at once."""
