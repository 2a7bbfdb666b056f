"""A workbook: which sheets it has, and the cells of those that are wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from seewhy.loaders.formats.xlsx.areas import judge
from seewhy.loaders.formats.xlsx.grid import Sheet
from seewhy.loaders.formats.xlsx.limits import CELLS, TEXT_BYTES, Unreadable, size
from seewhy.loaders.formats.xlsx.markup import elements
from seewhy.loaders.formats.xlsx.number_formats import Look, looks
from seewhy.loaders.formats.xlsx.package import DAMAGED, NO_WORKBOOK, Package
from seewhy.loaders.formats.xlsx.shared_text import shared_texts
from seewhy.loaders.formats.xlsx.sheet import read_sheet

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from seewhy.loaders.formats.xlsx.cells import Trouble

_TRUE = ("1", "true", "on")


class Read(NamedTuple):
    """A sheet by its name: its cells, why they cannot be read, or None for one that is not wanted."""

    name: str
    cells: Sheet | str | None


def read_book(data: bytes, wanted: Collection[str] | None) -> Iterator[Read]:
    """The worksheets in their order, hidden ones too; charts and macro sheets are none. `wanted` names those to read,
    without blanks at the ends; None for all. Raises Unreadable for a workbook that cannot be read at all."""
    package = Package(data)
    try:
        yield from _sheets(package, wanted)
    except DAMAGED:
        raise Unreadable(NO_WORKBOOK) from None


def _sheets(package: Package, wanted: Collection[str] | None) -> Iterator[Read]:
    main = next(
        (one.target for one in package.relations("").values() if one.kind == "officeDocument"), "xl/workbook.xml"
    )
    if main not in package:
        raise Unreadable(NO_WORKBOOK)
    with package.open(main) as stream:
        book = elements(stream, main)
    if book[0][0] != ("workbook",):
        raise Unreadable(NO_WORKBOOK)
    parts = package.relations(main)
    properties = [attributes for path, attributes in book if path[-1] == "workbookPr"]
    since_1904 = any(attributes.get("date1904", "").lower() in _TRUE for attributes in properties)
    sheets = [attributes for path, attributes in book if path == ("workbook", "sheets", "sheet")]
    common: tuple[list[str | Trouble], dict[str, Look]] | None = None
    cells, text = 0, 0
    for attributes in sheets:
        name = attributes.get("name", "")
        part = next((parts[value] for key, value in attributes.items() if _is_id(key) and value in parts), None)
        if part is not None and part.kind != "worksheet":
            continue
        if wanted is not None and name.strip() not in wanted:
            yield Read(name, None)
            continue
        if part is None:
            yield Read(name, "is damaged: the workbook names it and does not hold it")
            continue
        if common is None:
            common = _common(package, [(one.kind, one.target) for one in parts.values()])
        try:
            with package.open(part.target) as stream:
                sheet = read_sheet(stream, part.target, *common, since_1904)
        except Unreadable as error:
            yield Read(name, str(error))
            continue
        except DAMAGED:
            yield Read(name, f"is damaged: its part `{part.target}` cannot be unpacked")
            continue
        cells += sum(len(column.rows) for column in sheet.columns.values())
        text += sum(len(column.text) for column in sheet.columns.values())
        if cells > CELLS or text > TEXT_BYTES:
            raise Unreadable(f"holds more than {CELLS:,} cells or {size(TEXT_BYTES)} of text")
        judge(sheet)
        yield Read(name, sheet)


def _is_id(attribute: str) -> bool:
    """The attribute that names a part: `id` of the namespace of relationships, of either kind of workbook."""
    return attribute.endswith("/relationships id")


def _common(package: Package, parts: list[tuple[str, str]]) -> tuple[list[str | Trouble], dict[str, Look]]:
    """What all sheets share: texts, and how numbers look."""
    texts: list[str | Trouble] = []
    styles: dict[str, Look] = {}
    for kind, target in parts:
        if kind == "sharedStrings":
            with package.open(target) as stream:
                texts = shared_texts(stream, target)
        elif kind == "styles":
            with package.open(target) as stream:
                styles = looks(elements(stream, target))
    return texts, styles
