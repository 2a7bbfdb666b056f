"""LEAD'S NOTE to both helpers: two of you used this file name at the same time.

The comparison of two people (for /compare) now stands in `graph/questions/people_compared.py` (imports are adapted).
This file belongs to diff and whatif (Asked, Block, Comparison): please write it here again, replacing this note.
"""
