"""YAML as it is written: every scalar is the characters that stand there, and what they mean is up to who asked.

YAML's own reading decides before anybody knows the column: `012345` would be 5349, `12:30` 750, `NO` false. Here a
plain `null`, `~` and an empty value are blank (None); everything else is text. Built from the parser's events, so that
nothing is made of a text before it is known to be plain: tags, anchors, aliases, merge keys, keys that are no single
value or stand twice, a second document, depth and size beyond the limits are refused, each with its line.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import yaml

from seewhy.graph.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_BYTES = 8_000_000
MOST_DEPTH = 32
MOST_VALUES = 500_000
"""Limits of one text: bytes, lists and mappings inside each other, and values, keys, lists and mappings in all."""
_TOLD = 10
"""How many faults one sentence names; all are counted."""
_SHOWN = 60
"""Characters of a key or word that a sentence repeats."""
_BLANK = ("null", "~", "")
# What YAML calls no character, the line ends of other standards (they would fold into blanks), and byte-order marks.
_STRANGE = re.compile("[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_DROPPED = object()
"""Stands for a key that was refused: its value is read and forgotten."""

_WORDS = {
    r"found character '\\t' that cannot start any token": "a tab stands where only blanks may",
    r"mapping values are not allowed here": "`: ` stands where no key can; a value that holds it stands in quotes",
    r"could not find expected ':'": "a `:` is missing behind a key",
    r"expected <block end>, but found .*": "the line does not fit the lines above it: look at how far it is indented",
    r"found unexpected end of stream": "a quote opens and never closes",
    r"found character '(.)' that cannot start any token": r"no value may begin with `\1`; put it in quotes",
    r"expected ',' or '([\]}])', but got '(.*)'": r"`,` or `\1` is missing before `\2`",
    r"found unknown escape character '(.*)'": r"`\\\1` in double quotes means nothing; use single quotes",
    r"expected alphabetic or numeric character, but found '.*'": "a value that begins with `&` or `*` stands in quotes",
    r"sequence entries are not allowed here": "`- ` stands where no list can begin",
}


class NotPlain(ConfigurationError):
    """A text that is no plain YAML: the message names every fault with its line."""


@dataclass(slots=True)
class _Open:
    """A list or mapping that is being read; of a mapping also the lines of its keys and the key that waits."""

    made: list[Any] | dict[Any, Any]
    line: int
    lines: dict[str, int] = field(default_factory=dict)
    key: Any = None
    waits: bool = False
    """Whether a key waits for its value."""
    as_key: bool = False
    """Whether the whole of it stands where a key should."""


def read_plain(data: bytes | str) -> Any:
    """The one document of a YAML text: text, None (blank), lists, and mappings with text as keys. None when there is
    none. Raises NotPlain with everything that is wrong."""
    size = len(data if isinstance(data, bytes) else data.encode("utf-8", "surrogatepass"))
    if size > MOST_BYTES:
        raise NotPlain(f"it is too long: {size:,} bytes, and at most {MOST_BYTES:,} are read")
    text = _decoded(data) if isinstance(data, bytes) else data
    text = text.removeprefix("\ufeff")
    if found := _STRANGE.search(text):
        raise NotPlain(f"{_character(found[0])} stands in the text (line {_line_of(text, found.start())})")
    reading = _Reading()
    for event in _events(text):
        reading.take(event)
    if reading.faults:
        more = f"; and {len(reading.faults) - _TOLD:,} more" if len(reading.faults) > _TOLD else ""
        raise NotPlain("; ".join(reading.faults[:_TOLD]) + more)
    return reading.document


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise NotPlain(f"it is not UTF-8: the byte 0x{data[error.start]:02X} is none (line {line})") from None


def _line_of(text: str, place: int) -> int:
    return len(re.findall(r"\r\n|\r|\n", text[:place])) + 1


def _character(one: str) -> str:
    name = {"\ufeff": "a byte-order mark"}.get(one) or unicodedata.name(one, "a control character").lower()
    return f"{name} (U+{ord(one):04X})"


def _events(text: str) -> Iterator[yaml.Event]:
    """The parser's events; what it cannot read is NotPlain."""
    loader = yaml.SafeLoader(text)
    try:
        while loader.check_event():
            yield loader.get_event()  # type: ignore[no-untyped-call]
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = f" (line {mark.line + 1})" if mark else ""
        raise NotPlain(_in_words(error.problem or "it is no YAML") + line) from None
    except (yaml.YAMLError, ValueError, OverflowError):
        # An escape such as "\UFFFFFFFF" is a number beyond the last character.
        raise NotPlain(f"an escape in double quotes stands for no character (line {loader.line + 1})") from None
    finally:
        loader.dispose()


def _in_words(problem: str) -> str:
    for pattern, words in _WORDS.items():
        if re.fullmatch(pattern, problem):
            return re.sub(pattern, words, problem).replace("`<stream end>`", "the end of the text")
    return problem


class _Reading:
    """Takes events one by one; keeps the document and what is wrong with it."""

    def __init__(self) -> None:
        self.document: Any = None
        self.faults: list[str] = []
        self._open: list[_Open] = []
        self._documents = self._values = 0

    def take(self, event: yaml.Event) -> None:
        """One event. Raises NotPlain at once for what would cost more to read on."""
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                raise NotPlain("; ".join([*self.faults[:_TOLD], f"a second document begins (line {line})"]))
        elif isinstance(event, yaml.NodeEvent):
            self._values += 1
            if self._values > MOST_VALUES:
                raise NotPlain(f"it holds too many values: at most {MOST_VALUES:,} are read (line {line})")
            self._node(event, line)
        elif isinstance(event, yaml.CollectionEndEvent):
            done = self._open.pop()
            if not done.as_key:
                self._place(done.made)

    def _node(self, event: yaml.NodeEvent, line: int) -> None:
        above = self._open[-1] if self._open else None
        as_key = above is not None and isinstance(above.made, dict) and not above.waits
        if isinstance(event, yaml.AliasEvent):
            self.faults.append(f"the alias `*{_cut(str(event.anchor))}` is not read here (line {line})")
            self._key(_DROPPED) if as_key else self._place(None)
            return
        if event.anchor is not None:
            self.faults.append(f"the anchor `&{_cut(event.anchor)}` is not read here (line {line})")
        tag = getattr(event, "tag", None)
        if tag is not None:
            shown = tag.replace("tag:yaml.org,2002:", "!!")
            self.faults.append(f"the tag `{_cut(shown)}` is not read here (line {line})")
        if isinstance(event, yaml.CollectionStartEvent):
            if len(self._open) >= MOST_DEPTH:
                raise NotPlain(f"it is nested too deeply: at most {MOST_DEPTH} levels are read (line {line})")
            if as_key:
                self.faults.append(f"a list or mapping stands where a key should (line {line})")
                self._key(_DROPPED)
            made: list[Any] | dict[Any, Any] = [] if isinstance(event, yaml.SequenceStartEvent) else {}
            self._open.append(_Open(made, line, as_key=as_key))
            return
        value = self._scalar(str(getattr(event, "value", "")), getattr(event, "style", None) is None, line)
        if not as_key or above is None:
            self._place(value)
        elif value is None:
            self.faults.append(f"a key is blank (line {line})")
            self._key(_DROPPED)
        elif value == "<<" and getattr(event, "style", None) is None:
            self.faults.append(f"the merge key `<<` is not read here (line {line})")
            self._key(_DROPPED)
        elif value in above.lines:
            first = above.lines[value]
            again = "" if first == line else f", the second time in line {line}"
            self.faults.append(f"the key `{_cut(value)}` stands twice (line {first}){again}")
            self._key(_DROPPED)
        else:
            above.lines[value] = line
            self._key(value)

    def _scalar(self, text: str, bare: bool, line: int) -> str | None:
        """The characters of a scalar, None for a blank one; `bare` ones have no quotes and are no block."""
        if bare and text in _BLANK:
            return None
        if found := _CONTROL.search(text):
            self.faults.append(f"{_character(found[0])} stands in a value (line {line})")
        try:
            # Escapes may write a character beyond U+FFFF as two halves, as JSON does.
            return text if text.isascii() else text.encode("utf-16-le", "surrogatepass").decode("utf-16-le")
        except UnicodeDecodeError:
            self.faults.append(f"half a character stands in a value (line {line})")
            return ""

    def _key(self, key: Any) -> None:
        self._open[-1].key, self._open[-1].waits = key, True

    def _place(self, value: Any) -> None:
        if not self._open:
            self.document = value
            return
        above = self._open[-1]
        if isinstance(above.made, list):
            above.made.append(value)
            return
        if above.key is not _DROPPED:
            above.made[above.key] = value
        above.waits = False


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
