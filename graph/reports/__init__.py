"""Reports: their rows, and the files they become."""
