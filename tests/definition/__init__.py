"""The definition: the four ladders as plain Python over plain data.

It is the oracle of the differential tests and is written from the contract alone: the product never imports it, and it
never imports the product. It is slow on purpose wherever speed would cost a reader something.
"""

from tests.definition.decide import all_pairs, claims, decide, found
from tests.definition.world import Claim, Decision, World

__all__ = ["Claim", "Decision", "World", "all_pairs", "claims", "decide", "found"]
