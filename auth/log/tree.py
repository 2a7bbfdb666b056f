"""The Merkle tree of RFC 6962: hashes of leaves and nodes, roots of lists, paths from a leaf to a root."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

HASH = 32
"""Bytes of a hash."""
EMPTY = hashlib.sha256().digest()
"""The root of a tree without leaves."""


def leaf_hash(entry: bytes) -> bytes:
    """The hash of an entry."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two neighbours."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of(hashes: Sequence[bytes]) -> bytes:
    """The root of subtrees of one height, in order."""
    if not hashes:
        return EMPTY
    level = list(hashes)
    while len(level) > 1:
        above = [node_hash(level[at], level[at + 1]) for at in range(0, len(level) - 1, 2)]
        level = [*above, level[-1]] if len(level) % 2 else above  # the last one without a neighbour goes up as it is
    return level[0]


def root_of_levels(levels: Sequence[Sequence[bytes]]) -> bytes:
    """The root of a tree from its rightmost tiles: `levels[l]` holds the hashes of the last tile of level l, each of
    256**l leaves; full tiles stand as one hash on the level above."""
    right: bytes | None = None
    for hashes in levels:
        end = len(hashes)
        while end:
            width = end & -end  # the perfect subtrees of a list, the smallest stands last
            part = root_of(hashes[end - width : end])
            right = part if right is None else node_hash(part, right)
            end -= width
    return EMPTY if right is None else right


def root_between(node: Callable[[int, int], bytes], begin: int, end: int) -> bytes:
    """The root over the leaves from `begin` to before `end`, where `node(height, at)` gives that of a perfect subtree.

    `begin` is a multiple of the largest power of two below the length, as it is everywhere inside a tree.
    """
    size = end - begin
    if not size:
        return EMPTY
    height = size.bit_length() - 1
    if size == 1 << height:
        return node(height, begin >> height)
    middle = begin + (1 << height)
    return node_hash(node(height, begin >> height), root_between(node, middle, end))


def path(node: Callable[[int, int], bytes], at: int, size: int) -> list[bytes]:
    """The hashes beside the way from the leaf `at` to the root of a tree of `size` leaves, the leaf's own first."""
    found: list[bytes] = []
    begin, end = 0, size
    while end - begin > 1:
        middle = begin + (1 << (end - begin - 1).bit_length() - 1)
        if at < middle:
            found.append(root_between(node, middle, end))
            end = middle
        else:
            found.append(root_between(node, begin, middle))
            begin = middle
    return found[::-1]


def root_from_path(leaf: bytes, at: int, size: int, beside: Sequence[bytes]) -> bytes | None:
    """The root that a path leads to, None for a path of the wrong length."""
    if not 0 <= at < size:
        return None
    place, last, found = at, size - 1, leaf
    for hash_ in beside:
        if not last:
            return None
        if place % 2 or place == last:
            found = node_hash(hash_, found)
            while place % 2 == 0 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, hash_)
        place, last = place >> 1, last >> 1
    return None if last else found
