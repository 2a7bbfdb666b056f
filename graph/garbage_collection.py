"""No search for circles of objects while an answer is made.

Python looks through everything that lives whenever many objects were made, and the rows of a large answer are many
objects in no circle: looking took a third of the time of twenty thousand findings. What is in circles waits until the
answer is there. Bound: questions that overlap in many threads do not keep it off, as the first that ends turns it on.
"""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def garbage_collection_paused() -> Iterator[None]:
    """A process that has switched it off, or a question within another one, is left as it is."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
