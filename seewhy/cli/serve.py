"""`serve`, `api`, `demo`: what stays running, or starts something that does."""

from __future__ import annotations

import time
from typing import Annotated, Any

import typer

from seewhy.cli.actor import require_everything
from seewhy.cli.app import app
from seewhy.cli.options import GraphOption, graph, whole
from seewhy.cli.output import err, out
from seewhy.cli.token import StateOption

Port = Annotated[
    int,
    typer.Option("--port", metavar="N", parser=whole("--port", 1, 65535), help="The port of the explorer."),
]
NoBrowser = Annotated[bool, typer.Option("--no-browser", help="Do not open a browser.")]


NoToken = Annotated[
    bool, typer.Option("--no-token", help="Let in whoever reaches the address, without the one-time token.")
]


PublicUrl = Annotated[
    str | None,
    typer.Option("--public-url", metavar="URL", help="The https address that others know the interface by."),
]
MetricsPort = Annotated[
    int | None,
    typer.Option(
        "--metrics-port", metavar="N", parser=whole("--metrics-port", 1, 65535), help="Also answer /metrics there."
    ),
]


def _text(option: str, metavar: str, help: str) -> Any:
    return typer.Option(option, metavar=metavar, help=help)


LogFormat = Annotated[
    str | None,
    typer.Option(
        "--log-format",
        metavar="FORMAT",
        help="text or json: a line per question on standard error, without names; else SEEWHY_LOG_FORMAT.",
    ),
]


def _limit(option: str, most: int, help: str) -> Any:
    return typer.Option(option, metavar="N", parser=whole(option, 1, most), help=help)


def _beside(marks: str | None, queries: str | None) -> dict[str, str]:
    """The variables of files beside the graph, which are read once here. Raises ConfigurationError with all faults."""
    import os
    from pathlib import Path

    from seewhy.graph.errors import ConfigurationError
    from seewhy.graph.inputs.marks import VARIABLE as MARKS
    from seewhy.graph.inputs.marks import read_marks
    from seewhy.graph.questions.saved_queries import VARIABLE as QUERIES
    from seewhy.graph.questions.saved_queries import kept_in

    chosen = {MARKS: marks or os.environ.get(MARKS), QUERIES: queries or os.environ.get(QUERIES)}
    found = {name: os.path.abspath(place) for name, place in chosen.items() if place}
    if MARKS in found:
        read_marks(Path(found[MARKS]))
    if QUERIES in found:
        if not Path(found[QUERIES]).is_dir():
            raise ConfigurationError(f"`{chosen[QUERIES]}` is no folder", "--queries names a folder of YAML files")
        if wrong := kept_in(Path(found[QUERIES]))[1]:
            raise ConfigurationError("; ".join(wrong))
    return found


IKnow = Annotated[bool, typer.Option("--i-know", help="Serve others although nobody has to sign in.")]


@app.command()
def serve(
    graph_: GraphOption = None,
    port: Port = 8501,
    no_browser: NoBrowser = False,
    no_token: NoToken = False,
    with_api: Annotated[
        bool, typer.Option("--api", help="Answer programs on the same port as well; see `seewhy token`.")
    ] = False,
    public_url: Annotated[str | None, _text("--public-url", "URL", "The address that others know it by.")] = None,
    metrics_port: MetricsPort = None,
    host: Annotated[
        str, typer.Option("--host", "--address", metavar="ADDRESS", help="Where to listen, such as 0.0.0.0.")
    ] = "127.0.0.1",
    sign_in: Annotated[str | None, _text("--sign-in", "HOW", "none (default), oidc or proxy.")] = None,
    access: Annotated[str | None, _text("--access", "FILE", "Who has which role.")] = None,
    everybody_is_admin: Annotated[
        bool, typer.Option("--everybody-is-admin", help="Instead of --access: who signs in may ask everything.")
    ] = False,
    contact: Annotated[str | None, _text("--contact", "TEXT", "Who could help somebody who may not ask.")] = None,
    issuer: Annotated[str | None, _text("--issuer", "URL", "oidc: the identity provider.")] = None,
    client_id: Annotated[str | None, _text("--client-id", "ID", "oidc: what it calls this explorer.")] = None,
    client_secret_file: Annotated[str | None, _text("--client-secret-file", "FILE", "oidc: holds the secret.")] = None,
    proxy_from: Annotated[
        list[str] | None, typer.Option("--proxy-from", metavar="CIDR", help="proxy: where it asks from; several times.")
    ] = None,
    proxy_secret_file: Annotated[
        str | None, _text("--proxy-secret-file", "FILE", "proxy: holds the secret that it sends.")
    ] = None,
    state: StateOption = None,
    marks: Annotated[str | None, _text("--marks", "FILE", "What things are marked with: kind, id, label.")] = None,
    queries: Annotated[str | None, _text("--queries", "DIR", "Questions that you keep, as YAML files.")] = None,
    log_format: LogFormat = None,
    most_windows: Annotated[int | None, _limit("--most-windows", 100_000, "Windows open in all (200).")] = None,
    most_windows_each: Annotated[
        int | None, _limit("--most-windows-each", 100_000, "Windows open of one who signed in (12).")
    ] = None,
    most_whatif_rows: Annotated[
        int | None, _limit("--most-whatif-rows", 1_000_000, "Rows of changes that a what-if may try (2000).")
    ] = None,
    page_seconds: Annotated[
        int | None, _limit("--page-seconds", 86_400, "Seconds of work of one question on a page (600).")
    ] = None,
    i_know: IKnow = False,
) -> None:
    """Open the explorer: for this machine (127.0.0.1) alone, or for people who sign in.

    Without a sign-in the address holds a token that lets in one browser, once; the terminal shows a new address after
    each use. Each option of the sign-in can be a variable instead (docs/deploying.md). With --api the paths of the HTTP
    interface are those of `seewhy api`.
    """
    from urllib.parse import urlsplit

    from seewhy.auth import service_log
    from seewhy.auth.settings import NONE, as_environment, is_loopback, read_sign_in
    from seewhy.graph.errors import ConfigurationError
    from seewhy.serving import serve as start

    given = {
        "--sign-in": sign_in, "--public-url": public_url, "--access": access, "--contact": contact, "--issuer": issuer,
        "--client-id": client_id, "--client-secret-file": client_secret_file, "--state": state,
        "--proxy-from": ",".join(proxy_from or ()), "--proxy-secret-file": proxy_secret_file,
        "--everybody-is-admin": "yes" if everybody_is_admin else None,
    }  # fmt: skip
    read = read_sign_in(given, address=host, port=port, i_know=i_know)
    if not read.on:
        require_everything("without a sign-in pages are shown")
    limits = {
        "SEEWHY_MOST_WINDOWS": most_windows, "SEEWHY_MOST_WINDOWS_EACH": most_windows_each,
        "SEEWHY_MOST_WHATIF_ROWS": most_whatif_rows, "SEEWHY_PAGE_SECONDS": page_seconds,
    }  # fmt: skip
    more = {name: str(value) for name, value in limits.items() if value is not None}
    more |= {service_log.VARIABLE: service_log.chosen(log_format)}
    of_pages = read.on or not is_loopback(host)
    options = {"--public-url": None if of_pages and not with_api else public_url, "--metrics-port": metrics_port}
    of_api = [f"{name}={value}" for name, value in options.items() if value is not None]
    if of_api and not with_api:
        raise ConfigurationError(f"`{of_api[0].partition('=')[0]}` is of the HTTP interface", "add --api")
    free(port)
    start(
        graph_,
        port=port,
        browser=not no_browser,
        token=not no_token,
        api=of_api if with_api else None,
        address=host,
        i_know=i_know,
        names=[urlsplit(public_url).netloc] if public_url and of_pages else [],
        environment={
            **more,
            **as_environment(given if read.on else {**given, "--public-url": None, "--sign-in": NONE}),
            **_beside(marks, queries),
        },
    )


@app.command()
def api(
    graph_: GraphOption = None,
    port: Annotated[
        int, typer.Option("--port", metavar="N", parser=whole("--port", 1, 65535), help="The port of the interface.")
    ] = 8600,
    host: Annotated[
        str, typer.Option("--host", metavar="ADDRESS", help="Where to listen; others are answered with a token alone.")
    ] = "127.0.0.1",
    public_url: PublicUrl = None,
    metrics_port: MetricsPort = None,
    state: StateOption = None,
    log_format: LogFormat = None,
    i_know: Annotated[bool, typer.Option("--i-know", help="Answer others although nobody needs a token.")] = False,
) -> None:
    """Answer programs over HTTP: the AuthZEN Authorization API, and the questions of these commands as JSON.

    From the first `seewhy token new` on, nobody is answered without a token.
    """
    from seewhy.auth import service_log
    from seewhy.auth.settings import state_folder
    from seewhy.auth.store import Store
    from seewhy.auth.tokens import Tokens
    from seewhy.http.server import run

    service_log.begin(service_log.chosen(log_format))
    free(port)
    with graph(graph_, for_others=True) as g:
        run(
            g,
            host=host,
            port=port,
            public_url=public_url,
            metrics_port=metrics_port,
            tokens=Tokens(Store(state_folder(state))),
            i_know=i_know,
            say=lambda address: err.print(f"{address}, metadata at /.well-known/authzen-configuration; Ctrl-C ends it"),
        )


def free(port: int) -> None:
    """Raises ConfigurationError for a port that cannot be listened on."""
    import socket

    from seewhy.graph.errors import ConfigurationError

    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            reason = "may not be used" if isinstance(error, PermissionError) else "is in use"
            raise ConfigurationError(f"port `{port}` {reason}", "choose another one with --port") from None


@app.command()
def demo(
    graph_: GraphOption = None,
    port: Port = 8501,
    no_serve: Annotated[bool, typer.Option("--no-serve", help="Stop before the explorer.")] = False,
    no_browser: NoBrowser = False,
) -> None:
    """Load the sample organisation, answer three questions, and open the explorer.

    A graph that holds another organisation is left alone.
    """
    from importlib.resources import as_file, files

    from seewhy.cli.load import print_report
    from seewhy.cli.questions import print_why, what, who
    from seewhy.demo import QUESTIONS, load_sample, target

    chosen = target(graph_)
    if not no_serve:
        free(port)
    began = time.monotonic()
    with graph(chosen, write=True) as g, as_file(files("seewhy.loaders") / "sample") as folder:
        report = load_sample(g.session.engine, folder)
        out.print(f"$ seewhy load sample --graph {chosen}")
        print_report(report, f"{g.session.engine.name} {g.session.engine.version}", time.monotonic() - began)
        out.print(f"\n$ seewhy why {QUESTIONS.why[0]} {QUESTIONS.why[1]}")
        print_why(g.why(*QUESTIONS.why))
    out.print(f"\n$ seewhy who {QUESTIONS.who}")
    who(QUESTIONS.who, graph_=chosen)
    out.print(f"\n$ seewhy what {QUESTIONS.what}")
    what(QUESTIONS.what, graph_=chosen, limit=10)
    if no_serve:
        err.print(f"stopped before the explorer; open it with: seewhy serve --graph {chosen}")
        return
    serve(graph_=chosen, port=port, no_browser=no_browser)
