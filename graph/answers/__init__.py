"""Answers as values: frozen, plain, the same for the command line, Python, HTTP and the explorer."""
