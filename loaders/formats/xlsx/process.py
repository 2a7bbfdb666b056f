"""The process that reads a workbook: its bytes in, what was read out, within its limits of memory and time.

Out comes the length of a JSON text (8 bytes, little-endian), that text, and the columns: of each, the rows (4 bytes per
cell), the lengths of the texts (4 bytes per cell), and the texts as UTF-8.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from seewhy.loaders.formats.xlsx.book import read_book
from seewhy.loaders.formats.xlsx.grid import Sheet
from seewhy.loaders.formats.xlsx.limits import MEMORY_BYTES, SECONDS, Unreadable, size


def main() -> None:
    """Read a workbook from standard input; the arguments name the sheets to read, none for all."""
    _limit()
    buffers: list[bytes | bytearray] = []
    try:
        data = sys.stdin.buffer.read()
        sheets = read_book(data, sys.argv[1:] or None)
        answer: dict[str, Any] = {"sheets": [_described(*sheet, buffers) for sheet in sheets]}
    except Unreadable as error:
        answer = {"unreadable": str(error)}
    except MemoryError:
        answer = {"unreadable": f"needs more than {size(MEMORY_BYTES)} of memory to read"}
    except RecursionError:
        answer = {"unreadable": "is nested too deeply"}
    text = json.dumps(answer).encode()
    out = sys.stdout.buffer
    out.write(len(text).to_bytes(8, "little"))
    out.write(text)
    for buffer in buffers if "sheets" in answer else ():
        out.write(buffer)
    out.flush()


def _described(name: str, cells: Sheet | str | None, buffers: list[bytes | bytearray]) -> dict[str, Any]:
    if not isinstance(cells, Sheet):
        return {"name": name, "unreadable": cells}
    columns = []
    for number, column in sorted(cells.columns.items()):
        columns.append((number, len(column.rows), len(column.text)))
        buffers += (column.rows.tobytes(), column.lengths.tobytes(), column.text)
    troubles = [(row, number, *trouble) for (row, number), trouble in sorted(cells.troubles.items())]
    return {"name": name, "columns": columns, "troubles": troubles}


def _limit() -> None:
    """Memory and processor time, where the system knows such limits."""
    try:
        import resource
    except ImportError:
        return
    for what, most in ((resource.RLIMIT_AS, MEMORY_BYTES), (resource.RLIMIT_CPU, SECONDS), (resource.RLIMIT_CORE, 0)):
        hard = resource.getrlimit(what)[1]
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        try:
            resource.setrlimit(what, (least, hard))
        except (ValueError, OSError):
            continue


if __name__ == "__main__":
    main()
