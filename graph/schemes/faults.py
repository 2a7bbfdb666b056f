"""What is wrong with a scheme folder: every fault with its file, its line, what was expected, and the nearest name."""

from __future__ import annotations

import re
import tomllib
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from seewhy.graph.errors import ConfigurationError
from seewhy.graph.nearest import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from importlib.resources.abc import Traversable

LARGEST = 1_000_000
"""Bytes of one file of a scheme folder."""


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One fault; `file` within the folder, `line` from 1, `expected` one sentence, `hint` may be blank."""

    file: str
    line: int
    expected: str
    hint: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.expected}" + (f"; {self.hint}" if self.hint else "")

    def as_dict(self) -> dict[str, str | int]:
        """Plain data, keys as the fields."""
        return asdict(self)


class SchemeRejected(ConfigurationError):
    """A scheme folder with faults: `faults` holds all of them."""

    def __init__(self, folder: str, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(set(faults)))
        word = "fault" if len(self.faults) == 1 else "faults"
        listed = "; ".join(str(fault) for fault in self.faults[:20])
        more = f"; and {len(self.faults) - 20} more" if len(self.faults) > 20 else ""
        super().__init__(f"{len(self.faults)} {word} in the scheme `{folder}`: {listed}{more}")
        self.sentences = tuple(str(fault) for fault in self.faults)


class Toml:
    """One TOML file being read: checks its keys, and finds the line of each.

    `data` is empty for a file that is not there or cannot be read; what is wrong goes to `faults`.
    """

    def __init__(self, folder: Traversable, name: str, faults: list[Fault], *, required: bool = False) -> None:
        self.file, self.faults, self.text = name, faults, ""
        self.data: dict[str, Any] = {}
        path = folder
        for part in name.split("/"):
            path = path / part
        self.there = path.is_file()
        if not self.there:
            if required:
                faults.append(Fault(name, 1, "the file is missing"))
            return
        try:
            content = path.read_bytes()
            if len(content) > LARGEST:
                raise ValueError(f"the file is larger than {LARGEST:,} bytes")
            self.text = content.decode("utf-8").removeprefix("\ufeff")
            self.data = tomllib.loads(self.text)
        except tomllib.TOMLDecodeError as error:
            line = re.search(r"at line (\d+)", str(error))
            faults.append(Fault(name, int(line[1]) if line else 1, f"the file is no TOML: {str(error).lower()}"))
        except (UnicodeDecodeError, RecursionError):
            faults.append(Fault(name, 1, "the file is no UTF-8"))
        except (OSError, ValueError) as error:
            faults.append(Fault(name, 1, str(error).lower()))

    def line(self, *way: str) -> int:
        """The line of a key: `("policies", "default")` is `default` below `[policies]`, `[policies.default]` itself."""
        table: list[str] = []
        found = 1
        for number, text in enumerate(self.text.splitlines(), 1):
            head = re.match(r"\s*\[\[?\s*([^\]]+?)\s*\]\]?\s*(?:#.*)?$", text)
            if head:
                table = [part.strip().strip("\"'") for part in head[1].split(".")]
                here = table
            else:
                pair = re.match(r"""\s*["']?([\w.-]+)["']?\s*=""", text)
                if not pair:
                    continue
                here = [*table, *pair[1].split(".")]
            if here == list(way):
                return number
            if way and here == list(way[: len(here)]):
                found = number
        return found

    def wrong(self, expected: str, *way: str, hint: str = "") -> None:
        """Note a fault at a key."""
        self.faults.append(Fault(self.file, self.line(*way), expected, hint))

    def known(self, table: Any, allowed: Sequence[str], *way: str) -> dict[str, Any]:
        """The table with the keys that are allowed; every other key is a fault, and so is what is no table."""
        if not isinstance(table, dict):
            self.wrong(f"`{'.'.join(way)}` is a table", *way)
            return {}
        for name in table:
            if name not in allowed:
                self.wrong(f"`{name}` is no key of {_named(way)}", *way, name, hint=_hint(name, allowed))
        return {name: value for name, value in table.items() if name in allowed}

    def texts(self, table: dict[str, Any], name: str, *way: str) -> tuple[str, ...]:
        """A list of texts, empty where it is missing."""
        value = table.get(name, [])
        if not isinstance(value, list) or not all(isinstance(one, str) and one.strip() for one in value):
            self.wrong(f'`{name}` is a list of texts, such as `["one", "two"]`', *way, name)
            return ()
        if len(set(value)) < len(value):
            self.wrong(f"`{name}` names something twice", *way, name)
        return tuple(dict.fromkeys(value))

    def one_text(self, table: dict[str, Any], name: str, *way: str, default: str | None = None) -> str:
        """One text; a missing one is a fault unless there is a default."""
        value = table.get(name, default)
        if value is None:
            self.wrong(f"`{name}` is missing", *way)
            return ""
        if not isinstance(value, str) or (default is None and not value.strip()):
            self.wrong(f"`{name}` is a text, and not blank", *way, name)
            return ""
        return value

    def truth(self, table: dict[str, Any], name: str, *way: str) -> bool:
        """true or false; missing means false."""
        value = table.get(name, False)
        if not isinstance(value, bool):
            self.wrong(f"`{name}` is true or false", *way, name)
            return False
        return value

    def among(self, value: str, allowed: Sequence[str], what: str, *way: str) -> bool:
        """Whether a text is one of some; another one is a fault with the nearest."""
        if value in allowed:
            return True
        listed = f" (known: {', '.join(allowed)})" if 0 < len(allowed) <= 12 else ""
        self.wrong(f"`{value}` is no {what}{listed}", *way, hint=nearest(value, allowed))
        return False


def _named(way: Sequence[str]) -> str:
    return f"`[{'.'.join(way)}]`" if way else "this file"


def _hint(name: str, allowed: Sequence[str]) -> str:
    return nearest(name, allowed) or f"known are {', '.join(allowed)}"
