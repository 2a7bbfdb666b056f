"""What a workbook may hold. Beyond each limit it is a problem that says so, and nothing of it is loaded."""

FILE_BYTES = 256 * 1024 * 1024
"""Of the file itself."""

UNPACKED_BYTES = 1024 * 1024 * 1024
"""Of all parts that are read, as they come out of the archive; a sheet of a million rows and twelve columns fits."""

CELLS = 20_000_000
"""Cells with a value in all sheets that are read, and rows times named columns of one sheet."""

TEXT_BYTES = 512 * 1024 * 1024
"""Of the text of all cells, as UTF-8."""

MEMORY_BYTES = 2 * 1024 * 1024 * 1024
"""Of the process that reads."""

SECONDS = 300
"""That the reading may take."""

ROWS, COLUMNS = 1_048_576, 16_384
"""The size of a sheet: its last cell is XFD1048576."""


class Unreadable(Exception):
    """A workbook or a sheet that cannot be read; the text goes on from its name: `book.xlsx` …"""


def size(count: int) -> str:
    """Bytes as people say them."""
    return f"{count / 1024**3:g} GB" if count >= 1024**3 else f"{count / 1024**2:g} MB"
