"""The readable page of an evidence file: one HTML document of its own, no script, nothing fetched, printable on A4.

Everything that comes from an organisation is escaped where it is written, and the content policy forbids whatever would
still slip through: `default-src 'none'`, and only this style sheet by its hash.
"""

from __future__ import annotations

import base64
import hashlib
import re
from html import escape
from typing import TYPE_CHECKING, Any

from seewhy.graph.answers.as_json import Hidden
from seewhy.graph.inputs.files import FILES
from seewhy.graph.vocabulary import ALWAYS, LAST_DAY, OPEN

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import polars as pl

_STYLE = """
@page{size:A4;margin:16mm}
:root{color-scheme:light}
body{font:15px/1.5 system-ui,sans-serif;color:#17202a;background:#fff;max-width:48rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.5rem;line-height:1.25;margin:0 0 .5rem}h2{font-size:1.05rem;margin:1.6rem 0 .4rem;break-after:avoid}
p,ol,dl{margin:.3rem 0}li{margin:.35rem 0;break-inside:avoid}dt{font-weight:600}dd{margin:0 0 .3rem}
table{border-collapse:collapse;width:100%;font-size:.82rem}th,td{border:1px solid #b8c0c8;padding:.2rem .4rem;
text-align:left;vertical-align:top;overflow-wrap:break-word}tr{break-inside:avoid}.wide{overflow-x:auto}
.verdict{border-left:.4rem solid #17202a;padding:.5rem .8rem;background:#f3f5f7}.no{border-left-style:dashed}
.rule,.row{font-size:.8rem;border:1px solid #64717d;border-radius:.25rem;padding:0 .3rem;white-space:nowrap}
.row{border-style:dotted}.quiet{color:#4d5963;font-size:.85rem}code{font-size:.8rem;overflow-wrap:anywhere}
@media print{body{margin:0;padding:0;max-width:none;font-size:10.5pt}
table{font-size:7.5pt}th,td{overflow-wrap:anywhere}}
"""
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_INSTEAD = "\ufffd"
_BEGIN = re.compile(
    r"""<!DOCTYPE html>\s*<html lang="en">\s*<head>\s*<meta charset="utf-8">\s*"""
    r"""<meta http-equiv="Content-Security-Policy" content="default-src 'none'(?:; style-src 'sha256-[\w+/=]+')?">"""
)
_TAGS = "html head title style body main h1 h2 h3 p dl dt dd ol ul li span bdi code div table thead tbody tr th td"
_TAG = re.compile(
    rf"""<(?:/(?:{_TAGS.replace(" ", "|")})|(?:{_TAGS.replace(" ", "|")})(?: (?:class|scope|lang)="[\w -]*")*"""
    r"""|meta name="[a-z-]+" content="[^"<>]*")>"""
)


def _text(value: Any) -> str:
    """Escaped, control characters made visible, and kept from turning the direction of what stands beside it."""
    return f"<bdi>{escape(_CONTROL.sub(_INSTEAD, str(value)), quote=True)}</bdi>"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    top = "".join(f'<th scope="col">{_text(name)}</th>' for name in head)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f'<div class="wide"><table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>'


def _rule_marks(ids: Iterable[str]) -> str:
    return " ".join(f'<span class="rule">{_text(one)}</span>' for one in ids)


def _reason(reason: Mapping[str, Any]) -> str:
    cited = dict.fromkeys(step["source"] for step in reason["path"] if step["source"])
    sources = " ".join(f'<span class="row">{_text(one)}</span>' for one in cited)
    gives = f"{_text(reason['step'])} gives {_text(reason['value'])} {_rule_marks(reason['rules'])}"
    return f'<li><p>{_text(reason["sentence"])}</p><p class="quiet">{gives} {sources}</p></li>'


def _cell_text(cell: Any) -> str:
    return "" if cell is None or cell is False else "yes" if cell is True else str(cell)


def _rows(stem: str, frame: pl.DataFrame) -> str:
    """One file's rows, without the columns that are blank or false in all of them."""
    own = [name for name in FILES[stem].names if name not in ("since", "until")]
    names = [name for name in own if any(map(_cell_text, frame[name].unique()))]
    ends = {ALWAYS: "always", OPEN: "open", LAST_DAY: "open"}
    cells = [
        [*(_text(_cell_text(cell)) for cell in row), *(_text(ends.get(day, day)) for day in period)]
        for row, period in zip(
            frame.select("source", "load", *names).rows(), frame.select("since", "until").rows(), strict=True
        )
    ]
    return f"<h3>{_text(stem)}</h3>" + _table(["source", "load", *names, "since", "until"], cells)


def page(
    answer: Mapping[str, Any],
    record: Mapping[str, Any],
    rows: Mapping[str, pl.DataFrame],
    rules: Sequence[Mapping[str, Any]],
    sums: Mapping[str, str],
    *,
    checked: Sequence[str] = (),
) -> bytes:
    """The page's bytes; `sums` are the SHA-256 of the other members, by name.

    `checked` makes it the page of `verify`: these lines tell what was checked, and what the file says of its making,
    which cannot be, is left out.
    """
    load, made = record["loads"][-1], record["versions"]
    facts = {
        "Question": f"May {answer['person']} see {answer['case']} on {answer['as_of']}?",
        "Answer": f"{answer['value']}, decided by the rung {answer['step']} of the scheme {answer['scheme']}",
        "System": answer["system"],
        "Asked of": f"{record['engine']}, {load['id']} as of {load['as_of']}",
        "Content of that load": load["digest"],
        "Made by": f"SeeWhy {made['seewhy']}, rules {made['rules']}, queries {made['queries'][:16]}",
    }
    if answer["value_now"] != answer["value"]:
        facts["Now"] = f"{answer['value_now']}, with the position in use"
    if outside := record.get("outside"):
        facts["Scope"] = Hidden(**outside).sentence
    if masked := record.get("pseudonyms"):
        facts["Names"] = f"ids, names and texts are pseudonyms ({masked['method']}, key {masked['key']})"
    closing = """<h2>Checking this file</h2>
<p>The command <code>seewhy verify FILE.zip</code> compares every byte with the manifest and decides the answer again
from these rows, offline. The files in <code>rows/</code> are raw: a spreadsheet may run a cell as a formula.</p>
"""
    if checked:
        told_by_file = ("Asked of", "Content of that load", "Made by")
        facts = {name: value for name, value in facts.items() if name not in told_by_file}
        if "Names" in facts:
            facts["Names"] = "ids, names and texts are pseudonyms"
        facts["Decided again by"] = f"SeeWhy {made['seewhy']} ({made['code']}), from the rows below"
        closing = "<h2>What was checked</h2>\n<ol>" + "".join(f"<li>{_text(one)}</li>" for one in checked) + "</ol>\n"
    style = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
    reasons = "".join(map(_reason, answer["reasons"]))
    columns = ("step", "outcome", "because")
    ladder = _table(("rung", *columns[1:]), ([_text(rung[name]) for name in columns] for rung in answer["ladder"]))
    verdict = "verdict" if answer["value"] != "none" else "verdict no"
    listed = "".join(
        f"<dt>{_text(name)}</dt><dd>{_text(value)}</dd>" for name, value in facts.items() if name != "Answer"
    )
    digests = ([_text(name), f"<code>{digest}</code>"] for name, digest in sums.items())
    members = _table(("member", "SHA-256"), digests) if sums else ""
    kept = "".join(_rows(stem, rows[stem]) for stem in FILES if stem in rows and len(rows[stem]))
    stated = "".join(f"<dt>{_text(one['id'])}</dt><dd>{_text(one['statement'])}</dd>" for one in rules)
    html = f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-{style}'">
<meta name="viewport" content="width=device-width">
<meta name="referrer" content="no-referrer">
<title>Evidence: {_CONTROL.sub("", escape(f"{answer['person']}, {answer['case']}"))}</title>
<style>{_STYLE}</style>
</head>
<body>
<main>
<h1>{_text(answer["sentence"])}</h1>
<p class="{verdict}">{_text(facts["Answer"])} {_rule_marks(answer["rules"])}</p>
<dl>{listed}</dl>
<h2>All reasons</h2>
{f"<ol>{reasons}</ol>" if reasons else "<p>No fact gives or denies anything.</p>"}
<h2>Every rung</h2>
{ladder}
<h2>The rows that this rests on</h2>
<p class="quiet">Enough to decide it again. A row holds from since (inclusive) to until (exclusive).</p>
{kept}
<h2>The rules</h2>
<dl>{stated}</dl>
{closing}{members}
</main>
</body>
</html>
"""
    return html.encode("utf-8", errors="replace")


def page_oddity(content: bytes) -> str:
    """What keeps a page from being one that some version of SeeWhy wrote, blank when nothing does.

    Such a page forbids everything at its very beginning, and every `<` in it opens or closes a tag that shows text:
    no script, no link, no form, nothing fetched.
    """
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return "`page.html` is no text, so do not open it"
    begin = _BEGIN.match(text)
    if begin is None or "<" in _TAG.sub("", text[begin.end() :]):
        return "`page.html` holds what no page of evidence has, such as scripts, so do not open it"
    return ""
