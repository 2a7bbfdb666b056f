"""Each way in which a file can write a cell, with what it says: a text, blank, or a trouble. Never a silent blank."""

from __future__ import annotations

import pytest

from seewhy.loaders.formats.xlsx.book import read_book
from seewhy.loaders.formats.xlsx.cells import Trouble
from seewhy.loaders.formats.xlsx.grid import Sheet
from tests.unit.workbooks.written import (
    MAIN,
    OFFICE,
    STRICT,
    STRICT_OFFICE,
    archive,
    book,
    cells,
    grid,
    styles,
    text,
    worksheet,
)

UNSAVED = "formula_without_value"
ERROR = "error_cell"

SHARED = (
    "<si><t>deny</t></si>"
    "<si><r><t>de</t></r><r><rPr><b/></rPr><t>ny</t></r></si>"
    '<si><t>東京</t><rPh sb="0" eb="2"><t>トウキョウ</t></rPh><phoneticPr fontId="1"/></si>'
    '<si><t xml:space="preserve"> two\nlines_x000D_ </t></si>'
    "<si><t>_x005F_x000D_</t></si>"
    "<si><t></t></si>"
    "<si><t>_x0041_</t></si>"
    "<si><t>_xD83D__xDE00_</t></si>"
    "<si><t>_xD83D_</t></si>"
    "<si/>"
    "<si><t>_x005F_</t></si>"
    "<si><t>a<!-- b -->c<![CDATA[<d>]]>&amp;&#101;</t></si>"
)
LOOKS = styles(14, "yyyy\\-mm\\-dd;@", "[$-809]d mmmm yyyy", "h:mm", "[h]:mm:ss", "0.00E+00", "000", '"P-"0000',
               "0%", "#,##0.00;[Red]-#,##0.00", '"day" 0', "000-000", "General", "mm:ss", '[<40000]0;yyyy/m/d',
               22)  # fmt: skip

CELLS: list[tuple[str, str | None]] = [
    # Text.
    ('<c t="s"><v>0</v></c>', "deny"),
    ('<c t="s"><v>1</v></c>', "deny"),
    ('<c t="s"><v>2</v></c>', "東京"),
    ('<c t="s"><v>3</v></c>', " two\nlines\r "),
    ('<c t="s"><v>4</v></c>', "_x000D_"),
    ('<c t="s"><v>5</v></c>', None),
    ('<c t="s"><v>6</v></c>', ERROR),
    ('<c t="s"><v>7</v></c>', "😀"),
    ('<c t="s"><v>8</v></c>', ERROR),
    ('<c t="s"><v>9</v></c>', None),
    ('<c t="s"><v>10</v></c>', ERROR),
    ('<c t="s"><v>11</v></c>', "ac<d>&e"),
    ('<c t="s"><v>12</v></c>', ERROR),
    ('<c t="s"><v>-1</v></c>', ERROR),
    ('<c t="s"><v>1_0</v></c>', ERROR),
    ('<c t="s"><v>deny</v></c>', ERROR),
    ('<c t="s"><v/></c>', ERROR),
    ('<c t="s"/>', ERROR),
    ('<c t="inlineStr"><is><t>deny</t></is></c>', "deny"),
    ('<c t="inlineStr"><is><r><t>de</t></r><r><rPr><i/></rPr><t>ny</t></r></is></c>', "deny"),
    ('<c t="inlineStr"><is><t>a</t><rPh sb="0" eb="1"><t>b</t></rPh></is></c>', "a"),
    ('<c t="inlineStr"><is>\n  <t>deny</t>\n</is></c>', "deny"),
    ('<c t="inlineStr"><is/></c>', None),
    ('<c t="inlineStr"/>', None),
    ('<c t="inlineStr"><v>deny</v></c>', ERROR),
    ('<c t="inlineStr"><is>deny</is></c>', ERROR),
    ('<c><is><t>deny</t></is></c>', ERROR),
    ('<c t="str"><v>deny</v></c>', "deny"),
    ('<c t="str"><v>#N/A</v></c>', "#N/A"),
    ('<c t="str"><v><![CDATA[deny]]></v></c>', "deny"),
    ("<c t='str'><v>de<!-- x -->ny</v></c>", "deny"),
    ('<c t="str"><v></v></c>', None),
    # Formulas.
    ("<c><f>A1</f></c>", UNSAVED),
    ("<c><f>A1</f><v/></c>", UNSAVED),
    ("<c><f>A1</f><v></v></c>", UNSAVED),
    ("<c><f>A1</f><v> \n </v></c>", UNSAVED),
    ("<c><f/></c>", UNSAVED),
    ('<c t="n"><f>A1</f><v/></c>', UNSAVED),
    ('<c t="b"><f>TRUE()</f><v/></c>', UNSAVED),
    ('<c t="s"><f>A1</f></c>', UNSAVED),
    ('<c t="d"><f>TODAY()</f></c>', UNSAVED),
    ('<c t="str"><f>A1</f></c>', UNSAVED),
    ('<c t="inlineStr"><f>A1</f></c>', UNSAVED),
    ('<c><f t="shared" si="0"/></c>', UNSAVED),
    ('<c><f t="array" ref="A1"/></c>', UNSAVED),
    ('<c s="1"><f>TODAY()</f></c>', UNSAVED),
    ('<c t="str"><f>IF(1,"")</f><v></v></c>', None),
    ('<c t="str"><f>"de"&amp;"ny"</f><v>deny</v></c>', "deny"),
    ('<c t="b"><f>TRUE()</f><v>0</v></c>', "false"),
    ("<c><v>7</v><f>A1</f></c>", "7"),
    ("<c><f>1+6</f><v>7</v></c>", "7"),
    # Errors.
    *((f'<c t="e"><v>{name}</v></c>', ERROR) for name in (
        "#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#GETTING_DATA", "#SPILL!", "#CALC!",
        "#FIELD!", "#BLOCKED!", "#CONNECT!", "#BUSY!", "#UNKNOWN!", "#PYTHON!", "#EXTERNAL!", "#NEXT-YEAR!", "")),
    ('<c t="e"><f>1/0</f><v>#DIV/0!</v></c>', ERROR),
    ('<c t="e" vm="1"><v>#VALUE!</v></c>', ERROR),
    ('<c t="e"><is><t>#N/A</t></is></c>', ERROR),
    ('<c t="e"/>', ERROR),
    ("<c t='e'><v><![CDATA[#N/A]]></v></c>", ERROR),
    ("<c><v>#SPILL!</v></c>", ERROR),
    ('<c t="n"><v>#CALC!</v></c>', ERROR),
    # Numbers.
    ("<c><v>7</v></c>", "7"),
    ("<c><v> 7 </v></c>", "7"),
    ("<c><v>007</v></c>", "7"),
    ("<c><v>7.0</v></c>", "7"),
    ("<c><v>-0</v></c>", "0"),
    ("<c><v>1E3</v></c>", "1000"),
    ("<c><v>0.5</v></c>", "0.5"),
    ("<c><v>.5</v></c>", "0.5"),
    ("<c><v>9007199254740991</v></c>", "9007199254740991"),
    ("<c><v>9007199254740993</v></c>", ERROR),
    ("<c><v>1.23456789012345E+19</v></c>", ERROR),
    ("<c><v>1E999</v></c>", ERROR),
    *((f"<c><v>{bad}</v></c>", ERROR) for bad in (
        "abc", "nan", "inf", "1_000", "0x10", "1,5", "١٢", "--1", "1e", "TRUE")),
    ('<c t="n"/>', None),
    ("<c/>", None),
    ('<c s="1"/>', None),
    ("<c><v/></c>", None),
    ('<c s="6"><v>1500</v></c>', "1500"),
    ('<c s="7"><v>7</v></c>', "007"),
    ('<c s="7"><v>12345</v></c>', "12345"),
    ('<c s="8"><v>7</v></c>', ERROR),
    ('<c s="9"><v>0.5</v></c>', "0.5"),
    ('<c s="10"><v>1234.5</v></c>', "1234.5"),
    ('<c s="11"><v>3</v></c>', ERROR),
    ('<c s="12"><v>123456</v></c>', ERROR),
    ('<c s="13"><v>46351</v></c>', "46351"),
    ('<c s="99"><v>46351</v></c>', "46351"),
    ("<c><v>46351</v></c>", "46351"),
    # Days: style 1 is the date of Excel itself.
    ('<c s="1"><v>46351</v></c>', "2026-11-25"),
    ('<c s="2"><v>46351.0</v></c>', "2026-11-25"),
    ('<c s="3"><v>46351</v></c>', "2026-11-25"),
    ('<c s="15"><v>46351</v></c>', "2026-11-25"),
    ('<c s="16"><v>46351</v></c>', "2026-11-25"),
    ('<c s="1"><v>46350.9999999999</v></c>', "2026-11-25"),
    ('<c s="1"><v>46351.4375</v></c>', "2026-11-25 10:30:00"),
    ('<c s="4"><v>0.4375</v></c>', "10:30:00"),
    ('<c s="5"><v>1.5</v></c>', "36:00:00"),
    ('<c s="14"><v>0.4375</v></c>', "10:30:00"),
    ('<c s="1"><v>1</v></c>', "1900-01-01"),
    ('<c s="1"><v>59</v></c>', "1900-02-28"),
    ('<c s="1"><v>60</v></c>', ERROR),
    ('<c s="1"><v>61</v></c>', "1900-03-01"),
    ('<c s="1"><v>2958465</v></c>', "9999-12-31"),
    ('<c s="1"><v>2958466</v></c>', ERROR),
    ('<c s="1"><v>-1</v></c>', ERROR),
    ('<c s="1"><v>0</v></c>', ERROR),
    ('<c t="d"><v>2026-11-25</v></c>', "2026-11-25"),
    ('<c t="d" s="1"><v>2026-11-25T00:00:00</v></c>', "2026-11-25"),
    ('<c t="d"><v>2026-11-25T00:00:00.000Z</v></c>', "2026-11-25"),
    ('<c t="d"><v>2026-11-25T10:30:00</v></c>', "2026-11-25 10:30:00"),
    ('<c t="d"><v>2026-11-25T00:00:00+02:00</v></c>', ERROR),
    ('<c t="d"><v>2026-02-30</v></c>', ERROR),
    ('<c t="d"><v>2026-W48-3</v></c>', ERROR),
    ('<c t="d"><v>46351</v></c>', ERROR),
    ('<c t="d"/>', ERROR),
    # Truth values.
    ('<c t="b"><v>1</v></c>', "true"),
    ('<c t="b"><v>0</v></c>', "false"),
    ('<c t="b"><v>true</v></c>', "true"),
    ('<c t="b"><v>FALSE</v></c>', "false"),
    ('<c t="b"><v>2</v></c>', ERROR),
    ('<c t="b"><v>deny</v></c>', ERROR),
    ('<c t="b"/>', ERROR),
    # What is none of these.
    ('<c t="x"><v>deny</v></c>', ERROR),
    ('<c t="x"/>', ERROR),
    ('<c t=""><v>deny</v></c>', ERROR),
    ("<c>deny</c>", ERROR),
    ("<c><x:v>deny</x:v></c>", ERROR),
    ('<c t="str"><x:AlternateContent><v>deny</v></x:AlternateContent></c>', ERROR),
    ('<c t="str"><v><x:b>deny</x:b></v></c>', ERROR),
    ('<c t="str"><v>deny</v><v>edit</v></c>', ERROR),
    ('<c t="str"><v>deny</v><extLst><ext><v>edit</v></ext></extLst></c>', "deny"),
    ("<c><extLst/></c>", None),
]  # fmt: skip


def test_every_way_to_write_a_cell() -> None:
    found = cells(worksheet([[text("header")], *([xml] for xml, _ in CELLS)]), shared=SHARED, looks=LOOKS)
    assert isinstance(found, dict)
    wrong = []
    for row, (xml, expected) in enumerate(CELLS, start=2):
        got = found.get((row, 1))
        if (got.code if isinstance(got, Trouble) else got) != expected:
            wrong.append((xml, expected, got))
    assert wrong == []


def test_days_that_are_counted_from_1904() -> None:
    rows = [
        ["<c s='1'><v>0</v></c>"],
        ["<c s='1'><v>44889</v></c>"],
        ["<c><v>44889</v></c>"],
        ["<c s='1'><v>60</v></c>"],
    ]
    found = cells(worksheet(rows), looks=LOOKS, since_1904=True)
    assert found == {(1, 1): "1904-01-01", (2, 1): "2026-11-25", (3, 1): "44889", (4, 1): "1904-03-01"}


ROWS = (
    '<row r="1"><c r="A1" t="str"><v>id</v></c><c r="B1" t="str"><v>access</v></c></row>'
    '<row r="3"><c r="A3" t="e"><v>#N/A</v></c><c r="B3"><f>A1</f></c></row>'
)
OPEN = f'<worksheet xmlns="{MAIN}"><sheetData>'
CLOSE = "</sheetData></worksheet>"


@pytest.mark.parametrize(
    "xml",
    [
        OPEN + ROWS + CLOSE,
        OPEN + ROWS.replace('"', "'") + CLOSE,
        OPEN + ROWS.replace(' r="A1"', "").replace(' r="B3"', "").replace(' r="B1"', "") + CLOSE,
        OPEN + ROWS.replace(' r="1"', "").replace(' r="3"', "") + CLOSE,
        OPEN + ROWS.replace("A1", "a1").replace('"B3', '"$B$3') + CLOSE,
        OPEN + ROWS.replace("#N/A", "<![CDATA[#N/A]]>").replace("id", "i<!-- r -->d") + CLOSE,
        OPEN + ROWS.replace("><", ">\n  <!-- <c t='n'/> -->\n<").replace("<f>", "\t<f>") + CLOSE,
        OPEN + "".join(reversed(ROWS.replace("</row>", "</row>|").split("|"))) + CLOSE,
        (OPEN + ROWS + CLOSE).replace("<", "<y:").replace("<y:/", "</y:").replace("xmlns=", "xmlns:y="),
        f'<x:wrap xmlns:x="urn:x"/>{OPEN}{ROWS}{CLOSE}'.split("/>", 1)[1].replace("<row", '<row\n spans="1:2"'),
        '<?xml version="1.0" encoding="UTF-16"?>' + OPEN + ROWS + CLOSE,
        (OPEN + ROWS + CLOSE).replace(MAIN, STRICT),
        OPEN + ROWS.replace("<row", "<x:choice xmlns:x='urn:x'><row").replace("</row>", "</row></x:choice>") + CLOSE,
    ],
    ids=range(13),
)  # fmt: skip
def test_every_writer_says_the_same(xml: str) -> None:
    strict = STRICT in xml
    parts = book({"s": ""}, office=STRICT_OFFICE if strict else OFFICE, main=STRICT if strict else MAIN)
    parts["xl/worksheets/sheet1.xml"] = xml.encode("utf-16" if "UTF-16" in xml else "utf-8")
    (one,) = read_book(archive(parts), None)
    assert isinstance(one.cells, Sheet), one.cells
    found = {place: said.code if isinstance(said, Trouble) else said for place, said in grid(one.cells).items()}
    assert found == {(1, 1): "id", (1, 2): "access", (3, 1): ERROR, (3, 2): UNSAVED}


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ('<row r="2"><c r="A2"/><c r="A2" t="str"><v>deny</v></c></row>', "`A2` twice"),
        ('<row r="2"><c r="B2"><v>1</v></c><c r="A2"/><c r="B2"><v>2</v></c></row>', "two cells in row 2, column 2"),
        ('<row r="2"><c r="A2"><v>1</v></c></row><row r="2"><c r="A2"><v>2</v></c></row>', "two cells in row 2"),
        ('<row r="2"><c r="A3"><v>1</v></c></row>', "`A3` in row 2"),
        ('<row r="2"><c r="2"><v>1</v></c></row>', "no place"),
        ('<row r="2"><c r="XFE2"><v>1</v></c></row>', "behind the last column"),
        ('<row r="1048577"><c><v>1</v></c></row>', "row `1048577`"),
        ('<row r="0"><c><v>1</v></c></row>', "row `0`"),
        ('<row r="-1"/>', "row `-1`"),
        ('<row r="1e3"/>', "row `1e3`"),
        ("<c><v>1</v></c>", "outside its rows"),
        ("<row><c><v>1</v></row>", "no well-formed XML"),
    ],
)
def test_a_sheet_whose_cells_have_no_certain_place(rows: str, words: str) -> None:
    found = cells(OPEN + rows + CLOSE)
    assert isinstance(found, str)
    assert words in found


# --- ranges ----------------------------------------------------------------------------------------------------------


def ranged(formula: str, after: str = "", second: str = "<c/>") -> list[tuple[int, int]]:
    rows = [[text("id"), text("access")], [text("a"), formula], [text("b"), second], [text("c"), "<c/>"]]
    found = cells(worksheet(rows, after))
    assert isinstance(found, dict)
    return [place for place, said in found.items() if isinstance(said, Trouble)]


def test_a_formula_that_fills_a_range_has_a_value_in_every_cell() -> None:
    saved = "<v>1</v>"
    for kind in ("array", "dataTable"):
        formula = f'<c><f t="{kind}" ref="B2:B4">A1</f>{{}}</c>'
        assert ranged(formula.format("")) == [(2, 2), (3, 2), (4, 2)]
        assert ranged(formula.format(saved)) == [(3, 2), (4, 2)]
        assert ranged(formula.format(saved), second='<c t="str"><v></v></c>') == [(4, 2)]
    assert ranged(f'<c><f t="array" ref="B2">A1</f>{saved}</c>') == []
    # A range that is too large to be told cell by cell is told at its formula.
    assert ranged(f'<c><f t="array" ref="B2:XFD1048576">A1</f>{saved}</c>') == [(2, 2)]


@pytest.mark.parametrize(
    ("reference", "told"),
    [
        ("B2:B3", [(2, 2)]),
        ("A2:B2", [(2, 1)]),
        ("A1:B1", [(1, 1)]),
        ("A1:B4", [(1, 1)]),
        ("A1:XFD1048576", [(1, 1)]),
        # Nothing in it, nothing beside it: the range says nothing that the cells do not.
        ("B3:B4", []),
        ("B2:F2", []),
        ("A4:A9", []),
        ("D1:E9", []),
        ("B2", []),
        ("nowhere", []),
    ],
)
def test_a_merged_range_has_a_value_in_one_cell_only(reference: str, told: list[tuple[int, int]]) -> None:
    after = f'<mergeCells><mergeCell ref="{reference}"/></mergeCells>'
    assert ranged('<c t="str"><v>deny</v></c>', after) == told
