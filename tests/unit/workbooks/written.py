"""Workbooks written by hand, part by part: what no library would write, and other programs do."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from seewhy.loaders.formats.xlsx.book import read_book
from seewhy.loaders.formats.xlsx.cells import Trouble
from seewhy.loaders.formats.xlsx.grid import Sheet

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT_OFFICE = "http://purl.oclc.org/ooxml/officeDocument/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"

ORGANISATION = {
    "systems": [["system_id", "scheme"], ["cm", "memberships"]],
    "people": [["person_id", "name"], ["ana", "Ana"], ["bo", "Bo"]],
    "units": [["unit_id", "kind", "name"], ["north", "office", "North"], ["injury", "category", "Injury"]],
    "memberships": [["person_id", "unit_id", "access"], ["ana", "north", "edit"], ["ana", "injury", "deny"]],
    "cases": [["case_id", "system_id", "office_id", "category_id"], ["c1", "cm", "north", "injury"]],
}


def text(cell: str) -> str:
    """A cell of inline text, without its place."""
    return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(cell)}</t></is></c>' if cell else "<c/>"


def worksheet(rows: list[list[str]], after: str = "", main: str = MAIN) -> str:
    """A sheet of rows of cells, each XML; `after` stands behind the rows."""
    inside = "".join(f"<row>{''.join(row)}</row>" for row in rows)
    return f'<worksheet xmlns="{main}" xmlns:x="urn:x"><sheetData>{inside}</sheetData>{after}</worksheet>'


def styles(*codes: str | int) -> str:
    """Cell styles 1, 2, … with these number formats, by code or by number; style 0 is plain."""
    written = [(200 + place, code) for place, code in enumerate(codes) if isinstance(code, str)]
    formats = "".join(f'<numFmt numFmtId="{number}" formatCode={quoteattr(code)}/>' for number, code in written)
    numbers = [0] + [200 + place if isinstance(code, str) else code for place, code in enumerate(codes)]
    used = "".join(f'<xf numFmtId="{number}"/>' for number in numbers)
    # Formats of conditional looks and of named styles do not count.
    decoys = '<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>'
    late = '<dxfs><dxf><numFmt numFmtId="0" formatCode="yyyy"/></dxf></dxfs>'
    return (
        f'<styleSheet xmlns="{MAIN}"><numFmts>{formats}</numFmts>{decoys}<cellXfs>{used}</cellXfs>{late}</styleSheet>'
    )


def book(
    sheets: Mapping[str, str],
    *,
    shared: str = "",
    looks: str = "",
    since_1904: bool = False,
    office: str = OFFICE,
    main: str = MAIN,
    kind: str = "worksheet",
) -> dict[str, bytes]:
    """The parts of a workbook whose sheets are XML; `shared` is what stands between `<sst>` and its end."""
    names = "".join(f'<sheet name={quoteattr(name)} sheetId="{n}" r:id="rId{n}"/>' for n, name in enumerate(sheets, 1))
    pointers = [(f"rId{n}", kind, f"worksheets/sheet{n}.xml") for n in range(1, len(sheets) + 1)]
    parts = {f"xl/worksheets/sheet{n}.xml": one for n, one in enumerate(sheets.values(), 1)}
    if shared:
        parts["xl/sharedStrings.xml"] = f'<sst xmlns="{main}">{shared}</sst>'
        pointers.append(("shared", "sharedStrings", "sharedStrings.xml"))
    if looks:
        parts["xl/styles.xml"] = looks
        pointers.append(("styles", "styles", "styles.xml"))
    relations = "".join(f'<Relationship Id="{i}" Type="{office}/{k}" Target="{t}"/>' for i, k, t in pointers)
    date = '<workbookPr date1904="1"/>' if since_1904 else ""
    parts |= {
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="a" Type="{office}/officeDocument"'
        ' Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}">{date}<sheets>{names}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}">{relations}</Relationships>',
    }
    return {name: one.encode() for name, one in parts.items()}


def archive(parts: Mapping[str, bytes]) -> bytes:
    """The parts as the bytes of a file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, one in parts.items():
            file.writestr(name, one)
    return out.getvalue()


def organisation(path: Path, **replaced: str) -> Path:
    """A workbook that loads, at `path`; sheets replaced or added by their XML."""
    sheets = {stem: worksheet([[text(cell) for cell in row] for row in rows]) for stem, rows in ORGANISATION.items()}
    path.write_bytes(archive(book(sheets | replaced)))
    return path


def grid(sheet: Sheet) -> dict[tuple[int, int], str | Trouble]:
    """What stands in a sheet, by row and column, blank cells left out."""
    found: dict[tuple[int, int], str | Trouble] = {}
    for number, column in sheet.columns.items():
        at = 0
        for row, length in zip(column.rows, column.lengths, strict=True):
            found[row, number] = bytes(column.text[at : at + length]).decode()
            at += length
    return found | sheet.troubles


def cells(xml: str, **more: object) -> dict[tuple[int, int], str | Trouble] | str:
    """What stands in a workbook of one sheet, or why it cannot be read."""
    (one,) = read_book(archive(book({"people": xml}, **more)), None)  # type: ignore[arg-type]
    return grid(one.cells) if isinstance(one.cells, Sheet) else str(one.cells)
