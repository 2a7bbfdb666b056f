"""What may reach a terminal: control and direction characters are shown as escapes, very long values are cut.

Ids, names and arguments come from elsewhere. Raw, an escape sequence in one of them clears the screen or rewrites the
line above, a direction mark turns the sentence around it, and a megabyte scrolls everything away.
"""

from __future__ import annotations

import codecs
import os
import re
import sys
from contextlib import contextmanager
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NoReturn

from rich.console import Console
from rich.text import Text

from seewhy.graph.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

HUNG_UP = 141
"""The exit code when nobody reads the answer any more (`| head`): neither a yes nor a no."""
LONGEST = 80
"""How many characters of one value are shown."""
WIDEST = 4_000
"""How many characters of one line are shown where nothing says that it is a list."""

_C0, _C1 = "\x00-\x1f", "\x7f-\x9f"
# Direction marks, invisible characters, line and paragraph separators, tags, lone surrogates. The two joiners stay:
# they are part of words in some scripts, and move nothing.
_FORMAT = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0"
    "\ufff9-\ufffb\U000e0000-\U000e0fff\ud800-\udfff"
)
_HOSTILE = re.compile(f"[{_C0}{_C1}{_FORMAT}]")
_HOSTILE_IN_JSON = re.compile(f"[{_C1}{_FORMAT}]")
_QUOTED = re.compile(f"`([^`]{{{LONGEST + 1},}})`")
_RUN = re.compile(rf"\S{{{LONGEST + 1},}}")
# A path, or a command of ours with one: whoever copies it needs the whole.
_PLACE = re.compile(r"[`'\"(]?(?:~|\.{0,2}/|[A-Za-z]:\\|seewhy )")
_LONGEST_PLACE = 1_000
"""How many characters of a path are shown: a cut path cannot be opened."""
_SIGNS = dict(zip(map(ord, "·└●○◐✓✗“”–—×"), '--*o++x""--x', strict=True)) | {
    ord("…"): "...",
    ord("←"): "<-",
    ord("→"): "->",
    **dict.fromkeys((0x2018, 0x2019), "'"),
}
"""Our own signs in ASCII, for terminals whose encoding lacks them."""


def escaped(text: str) -> str:
    """The text with every control, direction and invisible character as `\\x1b`, `\\u202e`, `\\n`."""
    return _HOSTILE.sub(_escape, text)


def _escape(found: re.Match[str]) -> str:
    one = found[0]
    code = ord(one)
    if 0xDC80 <= code <= 0xDCFF:  # a byte that is no UTF-8, as Python hands it over
        return f"\\x{code - 0xDC00:02x}"
    short = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}.get(one)
    return short or (f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}")


def cut(value: str, most: int = LONGEST) -> str:
    """The value, cut at `most` characters with an ellipsis as the last."""
    return value if len(value) <= most else value[: most - 1] + "…"


def value(text: str) -> str:
    """An id, a name or a cell as it is shown: escaped, and cut at 80 characters."""
    return cut(escaped(text[: 2 * LONGEST]))


def sentence(text: str) -> str:
    """A line of words and values: escaped, every value in backticks and every word cut at 80 characters. A path is
    left whole."""
    if len(text) > LONGEST:
        text = _RUN.sub(_shorter_run, _QUOTED.sub(_shorter_quoted, text))
    return escaped(text)


def _shorter_quoted(found: re.Match[str]) -> str:
    return found[0] if _is_place(found[1]) else f"`{cut(found[1])}`"


def _shorter_run(found: re.Match[str]) -> str:
    run = found[0]
    if _is_place(run):
        return run
    bare = run.rstrip("`'\".,:;)]”")
    return cut(bare) + run[len(bare) :][:3]


def _is_place(text: str) -> bool:
    return len(text) <= _LONGEST_PLACE and _PLACE.match(text) is not None


def json_escaped(document: str) -> str:
    """A JSON document that may be shown on a terminal: C1, direction and invisible characters as `\\uXXXX`.

    They stand inside strings only, so the document says the same.
    """
    return _HOSTILE_IN_JSON.sub(_json_escape, document)


def _json_escape(found: re.Match[str]) -> str:
    code = ord(found[0])
    if code < 0x10000:
        return f"\\u{code:04x}"
    high, low = divmod(code - 0x10000, 0x400)
    return f"\\u{0xD800 + high:04x}\\u{0xDC00 + low:04x}"


def _poorer(error: UnicodeError) -> tuple[str, int]:
    """What stands for characters that the terminal's encoding lacks: plain signs for ours, escapes for others."""
    assert isinstance(error, UnicodeEncodeError)
    lacking = error.object[error.start : error.end].translate(_SIGNS)
    return lacking.encode("ascii", "backslashreplace").decode("ascii"), error.end


codecs.register_error("seewhy.terminal", _poorer)


class Terminal(Console):
    """A stream for text: never wrapped outside a terminal, never marked up, nothing raw in it."""

    def __init__(self, *, stderr: bool = False) -> None:
        super().__init__(stderr=stderr, highlight=False, markup=False, emoji=False, soft_wrap=True)

    def print(self, *objects: Any, whole: bool = False, **options: Any) -> None:
        """Print lines, each as `sentence` shows it: what a line break of a value would do is for the caller to prevent.

        With `whole` a text of ours goes out as it is.
        """
        plain = not (whole or options or self.color_system) and all(isinstance(one, str | Text) for one in objects)
        with self._unwritten_told():
            if plain:  # what rich would write, in a tenth of the time
                self.file.write(" ".join(map(_clean_plain, objects)) + "\n")
                self.file.flush()
            else:
                super().print(*(objects if whole else map(_clean, objects)), **options)

    def listed(self, before: str, values: Iterable[str]) -> None:
        """One line of many values, each cut, however long the line gets."""
        self.print(before + ", ".join(map(value, values)), whole=True)

    @contextmanager
    def _unwritten_told(self) -> Iterator[None]:
        try:
            yield
        except BrokenPipeError:
            self.on_broken_pipe()
        except OSError as error:
            if not self.stderr:  # what standard error does not take is lost; the exit code remains
                raise unwritten(error) from None

    def on_broken_pipe(self) -> None:
        """Rich would leave with 1, which is the no of `check`."""
        hang_up()


def _clean(one: Any) -> Any:
    if isinstance(one, str):
        return _clean_lines(one)
    if isinstance(one, Text):
        return Text.assemble(*((_clean_lines(part), part_style) for part, part_style in _parts(one)), style=one.style)
    return one


def _clean_plain(one: str | Text) -> str:
    return _clean_lines(one) if isinstance(one, str) else "".join(_clean_lines(part) for part, _ in _parts(one))


def _parts(text: Text) -> list[tuple[str, Any]]:
    """The pieces of a text that have one style each (the styles of a line of ours do not overlap), with it."""
    edges = {place for span in text.spans for place in (span.start, span.end) if 0 < place < len(text)}
    return [
        (text.plain[begin:end], next((span.style for span in text.spans if span.start <= begin < span.end), ""))
        for begin, end in pairwise([0, *sorted(edges), len(text)])
    ]


def _clean_lines(text: str) -> str:
    return "\n".join(map(_clean_line, text.split("\n")))


def _clean_line(text: str) -> str:
    shown = sentence(text)
    return shown if len(shown) <= WIDEST else f"{shown[:WIDEST]}… ({len(shown) - WIDEST:,} characters more)"


def prepare() -> None:
    """Make the standard streams take every text: what their encoding lacks is replaced."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="seewhy.terminal")


def unwritten(error: OSError) -> ConfigurationError:
    """The error for standard output that takes no more; it takes everything from now on, and loses it."""
    let_go()
    return ConfigurationError(f"the answer cannot be written: {os.strerror(error.errno or 0).lower()}")


def hang_up() -> NoReturn:
    """Leave quietly: the reader of standard output has gone."""
    let_go()
    raise SystemExit(HUNG_UP)


def let_go() -> None:
    """What is still buffered for standard output goes nowhere, instead of failing again at the end of the process."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
