"""The documentation: hand-written pages, and what makes the generated ones and the pictures."""
