"""An organisation whose names try to be markup: HTML, Markdown, LaTeX, an icon, an image from elsewhere."""

from __future__ import annotations

from pathlib import Path

PERSON_ID = 'p"<i>1'
PERSON = "<img src=x onerror=alert(1)> **bold** [link](https://example.test) ![i](https://example.test/i.png)"
CASE_ID = "c'1</script><script>alert(2)</script>"
TITLE = "$x^2$ :material/home: `code` {{7*7}} <b>case</b>"
UNIT = "<script>alert(3)</script> & team"

_FILES = {
    "systems": [("system_id", "name", "scheme"), ("s", "<u>System</u>", "memberships")],
    "people": [("person_id", "name", "job_title"), (PERSON_ID, PERSON, "<em>clerk</em>"), ("p2", "Plain Person", "")],
    "units": [("unit_id", "kind", "name"), ("u<1>", "team", UNIT)],
    "cases": [("case_id", "system_id", "title", "team_id"), (CASE_ID, "s", TITLE, "u<1>")],
    "memberships": [("person_id", "unit_id", "access"), (PERSON_ID, "u<1>", "edit")],
}


def write_hostile(folder: Path) -> None:
    """Write the organisation as csv files."""
    folder.mkdir()
    for stem, rows in _FILES.items():
        lines = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
        (folder / f"{stem}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
