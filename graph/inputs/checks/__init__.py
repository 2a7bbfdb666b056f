"""All problems of an input at once, and its rows in one normal form.

columns.py       unknown, missing
cells.py         each cell by its kind; defaults
references.py    ids that must exist, privileges, policies
periods.py       keys that come again, cases that change system, holdings that exclude one another
trees.py         parents that go round in a circle
agreement.py     cells that must go together: work, access rules, placement
run.py           all of them, in order
"""

from seewhy.graph.inputs.checks.run import Checked, check

__all__ = ["Checked", "check"]
