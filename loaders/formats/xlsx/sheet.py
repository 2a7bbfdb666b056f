"""One sheet, in one pass over its XML: where cells stand, what they say, and which ranges are merged or filled."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

from seewhy.loaders.formats.xlsx.cells import Cell, Trouble, blank, text_of
from seewhy.loaders.formats.xlsx.grid import REFERENCE, Column, Sheet, area, column_number, in_order, within_limits
from seewhy.loaders.formats.xlsx.limits import COLUMNS, ROWS, Unreadable
from seewhy.loaders.formats.xlsx.markup import MAIN, parse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seewhy.loaders.formats.xlsx.number_formats import Look

# Where the parser is; a part of a cell is one that says what the cell holds.
_OUTSIDE, _DATA, _CELL, _VALUE, _FORMULA, _INLINE, _RUN, _INLINE_TEXT, _RUN_TEXT = range(9)
# What may stand in a cell and says nothing: the extensions of later versions, and how Asian text is read aloud.
_SILENT = ("extLst", "rPh", "phoneticPr", "rPr")
# Rows between two looks at the limits.
_OFTEN = 1000
_KNOWN = 200_000


def read_sheet(
    stream: IO[bytes], name: str, shared: list[str | Trouble], looks: Mapping[str, Look], since_1904: bool
) -> Sheet:
    """The cells of a sheet. Raises Unreadable for what is no sheet, or one whose cells have no certain place."""
    sheet = Sheet()
    columns, troubles = sheet.columns, sheet.troubles
    letters: dict[str, int] = {}
    # Numbers by style and how they are written: dates come again and again. And shared texts that are no blank.
    known: dict[tuple[str, str], bytes] = {}
    encoded = [None if isinstance(one, Trouble) or blank(one) else one.encode() for one in shared]
    buffer: list[str] = []
    inline: list[str] = []
    attributes: dict[str, str] = {}
    place, ignored, rows_seen = _OUTSIDE, 0, 0
    row, row_text, column, row_is_implied = 0, "0", 0, False
    value: str | None = None
    has_inline, formula, odd, root = False, False, "", ""
    C = V = F = ROW = ""

    def start(full: str, attributes_here: dict[str, str]) -> None:
        nonlocal place, attributes, value, has_inline, formula, odd, ignored
        if ignored:
            ignored += 1
        elif place == _DATA:
            if full == C:
                place, attributes, value, has_inline, formula, odd = _CELL, attributes_here, None, False, False, ""
                buffer.clear()
            elif full == ROW:
                begin_row(attributes_here)
            elif full.endswith(" extLst"):
                ignored = 1
        elif full == V and place == _CELL:
            if buffer or value is not None:
                stray()
                odd = odd if value is None else "v"
            place = _VALUE
        elif place == _OUTSIDE:
            outside(full, attributes_here)
        else:
            inside(full, attributes_here)

    def end(full: str) -> None:
        nonlocal place, ignored, value, rows_seen
        if ignored:
            ignored -= 1
            buffer.clear()
        elif place == _VALUE:
            value = buffer[0] if len(buffer) == 1 else "".join(buffer)
            buffer.clear()
            place = _CELL
        elif place == _CELL:
            if buffer:
                stray()
            place = _DATA
            end_cell()
        elif place == _DATA:
            if full == ROW:
                rows_seen += 1
                if not rows_seen % _OFTEN:
                    within_limits(columns)
            elif full == f"{root} sheetData":
                place = _OUTSIDE
        elif place == _FORMULA:
            buffer.clear()
            place = _CELL
        elif place in (_INLINE_TEXT, _RUN_TEXT):
            inline.extend(buffer)
            buffer.clear()
            place = _INLINE if place == _INLINE_TEXT else _RUN
        elif place == _RUN:
            stray()
            place = _INLINE
        elif place == _INLINE:
            stray()
            place = _CELL

    def stray() -> None:
        """Text between the parts of a cell."""
        nonlocal odd
        if buffer:
            between = "".join(buffer).strip()
            odd = odd or between
            buffer.clear()

    def outside(full: str, attributes_here: dict[str, str]) -> None:
        nonlocal place, root, C, V, F, ROW
        space, _, local = full.rpartition(" ")
        if not root:
            if local != "worksheet" or space not in MAIN:
                raise Unreadable(f"is damaged: `{name}` is no worksheet")
            root = space
            C, V, F, ROW = (f"{root} {one}" for one in ("c", "v", "f", "row"))
        elif space == root and local == "sheetData":
            place = _DATA
        elif space == root and local == "mergeCell":
            found = area(attributes_here.get("ref", ""))
            if found:
                sheet.merged.append(found)

    def inside(full: str, attributes_here: dict[str, str]) -> None:
        """An element in a cell that is not its value."""
        nonlocal place, formula, has_inline, odd, ignored
        space, _, local = full.rpartition(" ")
        known_here = space == root
        if known_here and local == "f" and place == _CELL:
            stray()
            formula, place = True, _FORMULA
            if attributes_here.get("t") in ("array", "dataTable"):
                found = area(attributes_here.get("ref", ""))
                if found and found.first != found.last:
                    sheet.filled.append(found)
        elif known_here and local == "is" and place == _CELL:
            stray()
            inline.clear()
            has_inline, place = True, _INLINE
        elif known_here and local == "r" and place == _INLINE:
            stray()
            place = _RUN
        elif known_here and local == "t" and place in (_INLINE, _RUN):
            stray()
            place = _INLINE_TEXT if place == _INLINE else _RUN_TEXT
        else:
            if not known_here or local not in _SILENT or place in (_VALUE, _FORMULA):
                odd = odd or local
            ignored = 1

    def begin_row(attributes_here: dict[str, str]) -> None:
        nonlocal row, row_text, column, row_is_implied
        given = attributes_here.get("r")
        row_is_implied = given is None
        number = given.strip() if given is not None else str(row + 1)
        if not (number.isascii() and number.isdecimal() and len(number) < 9 and 1 <= int(number) <= ROWS):
            raise Unreadable(f"has a row `{number}`, and a sheet has the rows 1 to {ROWS:,}")
        row, column = int(number), 0
        row_text = str(row)

    def locate(reference: str | None) -> int:
        """The column of the cell, in a row that may be named by its cells only."""
        nonlocal row, row_text, row_is_implied
        if not row:
            raise Unreadable("has cells outside its rows")
        if reference is None:
            found = column + 1
        else:
            match = REFERENCE.fullmatch(reference.strip())
            if not match:
                raise Unreadable(f"has a cell called `{reference}`, which is no place in a sheet")
            if int(match[2]) != row:
                if not row_is_implied or column or int(match[2]) > ROWS:
                    raise Unreadable(f"has a cell called `{reference}` in row {row}")
                row, row_text = int(match[2]), match[2]
            row_is_implied = False
            found = letters[match[1]] = column_number(match[1])
        if found > COLUMNS:
            raise Unreadable(f"has a cell behind the last column (`{reference or found}`)")
        return found

    def end_cell() -> None:
        nonlocal column
        reference = attributes.get("r", "")
        before = column
        # The usual way of writing, for speed; what is rare goes the careful way.
        found = letters.get(reference[: -len(row_text)]) if reference.endswith(row_text) else None
        column = found if found is not None else locate(reference or None)
        if column == before:
            raise Unreadable(f"has the cell `{reference}` twice")
        kind, text = attributes.get("t", "n"), None
        if value is not None and not odd and not has_inline:
            if kind == "s":
                text = encoded[int(value)] if value.isdecimal() and int(value) < len(encoded) else None
            elif kind == "n":
                text = known.get((attributes.get("s", "0"), value))
        if text is None:
            text = careful(kind, attributes.get("s", "0"))
            if text is None:
                return
        into = columns.get(column)
        if into is None:
            into = columns[column] = Column()
        into.rows.append(row)
        into.lengths.append(len(text))
        into.text += text

    def careful(kind: str, style: str) -> bytes | None:
        """The text of any cell, None for one that is blank or cannot be read."""
        cell = Cell(kind, style, value, formula, "".join(inline) if has_inline else None, odd)
        found = text_of(cell, shared, looks, since_1904)
        if isinstance(found, Trouble):
            if (row, column) in troubles:
                raise Unreadable(f"has two cells in row {row}, column {column}")
            troubles[row, column] = found
            return None
        if blank(found):
            if sheet.filled and value is not None:
                sheet.blank.add((row, column))
            return None
        text = found.encode()
        if kind == "n" and value is not None and not has_inline and len(known) < _KNOWN:
            known[style, value] = text
        return text

    def characters(data: str) -> None:
        if place >= _CELL:
            buffer.append(data)

    parse(stream, name, start, end, characters)
    within_limits(columns)
    for number, into in columns.items():
        in_order(number, into)
    return sheet
