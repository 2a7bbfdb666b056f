"""A real Neo4j Community from Maven Central, run with the Java of this machine, in a home folder that is thrown away.

The jars (about 123 MB) are kept in the user's cache folder, `$XDG_CACHE_HOME/seewhy/neo4j-VERSION/lib`.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from filelock import FileLock
from neo4j import GraphDatabase
from neo4j.exceptions import AuthError, DriverError, Neo4jError

from tests.servers import ServerUnavailable

VERSION = "5.26.30"
INSTALL = "apt-get install -y openjdk-17-jdk-headless maven"
_USER = "neo4j"
_FIRST_PASSWORD = "neo4j"
_START_SECONDS = 120
_POM = Path(__file__).with_name("pom.xml")
_BRIEF = {
    # Plans stay as they were made, though graphs come and go under them.
    "dbms.cypher.min_replan_interval": "1h",
    # Else a text is planned anew for every order of magnitude of the length of every parameter, strings included:
    # `m-1` and `s12:person-1` would be two plans, and a plan of a ladder takes seconds.
    "internal.cypher.use_parameter_size": "false",
    "server.memory.query_cache.per_db_cache_num_entries": "3000",
}
"""Settings of a server whose time is nearly all spent on plans: many questions of small graphs."""
_OPENED = ("java.base/java.nio", "java.base/java.io", "java.base/sun.nio.ch", "java.base/java.util.concurrent")


def java() -> str:
    """The Java 17 or newer to run the server with, from `JAVA_HOME` or the path."""
    home = os.environ.get("JAVA_HOME", "")
    candidates = [str(Path(home, "bin", "java"))] if home else []
    candidates.append(shutil.which("java") or "")
    for command in filter(None, candidates):
        with suppress(OSError):
            # The version is printed to the error stream.
            told = subprocess.run([command, "-version"], capture_output=True, text=True, check=False).stderr
            match = re.search(r'version "(\d+)', told)
            if match and int(match[1]) >= 17:
                return command
    raise ServerUnavailable(f"Neo4j needs Java 17 or newer: {INSTALL}")


def jars() -> Path:
    """The folder with the jars of the server, filled by Maven the first time."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "seewhy" / f"neo4j-{VERSION}"
    done = cache / "lib"
    if done.is_dir():
        return done
    maven = shutil.which("mvn")
    if maven is None:
        raise ServerUnavailable(f"Neo4j {VERSION} is not in the cache and there is no Maven to fetch it: {INSTALL}")
    cache.mkdir(parents=True, exist_ok=True)
    with FileLock(cache / "lock"):
        if done.is_dir():
            return done
        part = cache / "lib.part"
        shutil.rmtree(part, ignore_errors=True)
        # A copy of the file, so that Maven leaves nothing in the checkout.
        shutil.copy(_POM, cache / "pom.xml")
        fetched = subprocess.run(
            [maven, "-q", "-B", "-f", str(cache / "pom.xml"), f"-Dneo4j.version={VERSION}",
             "dependency:copy-dependencies", f"-DoutputDirectory={part}"],
            capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False,
        )  # fmt: skip
        if fetched.returncode or not part.is_dir():
            said = (fetched.stdout + fetched.stderr).strip().splitlines()
            raise ServerUnavailable(f"Maven could not fetch Neo4j {VERSION}: {said[0] if said else 'no reason given'}")
        part.rename(done)
    return done


def free_port() -> int:
    """A port of the loopback address that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class JavaNeo4j:
    """One server process on a free port of 127.0.0.1, with a random password.

    `start` and `stop` may be repeated: the data stays until `close`. The heap is `SEEWHY_NEO4J_HEAP` (default 1g).
    `brief`: each text is planned once (see `_BRIEF`), and when it is started again Java's second compiler is left out,
    which costs more than it gives back until a hundred texts were planned. Not for measurements.
    """

    def __init__(self, *, brief: bool = False) -> None:
        self._brief, self._again = brief, False
        self._java, self._jars = java(), jars()
        self._home = Path(tempfile.mkdtemp(prefix="seewhy-neo4j-"))
        self._log = self._home / "console.log"
        self._process: subprocess.Popen[bytes] | None = None
        self._port = free_port()
        self.uri = f"bolt://127.0.0.1:{self._port}"
        self.username = _USER
        self.password = _FIRST_PASSWORD
        self._configure()

    @property
    def pid(self) -> int | None:
        """The process id, or None while it is stopped."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Start the process and return when it answers; ServerUnavailable when it ends or is silent for two minutes."""
        if self._process is not None:
            return
        heap = os.environ.get("SEEWHY_NEO4J_HEAP", "1g")
        compilers = ["-XX:TieredStopAtLevel=1"] if self._brief and self._again else []
        self._again = True
        command = [
            self._java, f"-Xms{heap}", f"-Xmx{heap}", "-XX:+UseSerialGC", "-XX:-UsePerfData", *compilers,
            *(f"--add-opens={package}=ALL-UNNAMED" for package in _OPENED),
            "-Dio.netty.tryReflectionSetAccessible=true", "-cp", f"{self._jars}/*",
            "org.neo4j.server.CommunityEntryPoint", f"--home-dir={self._home}", f"--config-dir={self._home}/conf",
        ]  # fmt: skip
        if guard := shutil.which("setpriv"):
            # Linux: the server ends with the process that started it, even when that one is killed.
            command = [guard, "--pdeathsig", "KILL", *command]
        with self._log.open("ab") as log:
            # A session of its own: Ctrl-C in the terminal must reach the question being asked, not the server.
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self._home, start_new_session=True
            )
        try:
            self._wait()
        except BaseException:
            self.kill()
            raise

    def stop(self) -> None:
        """Stop it as an operator would; the data stays."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """Stop it as a power cut would; the data stays."""
        self._end(signal.SIGKILL)

    def close(self) -> None:
        """Stop it and delete its data."""
        self.kill()
        shutil.rmtree(self._home, ignore_errors=True)

    def _end(self, sign: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.send_signal(sign)
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _configure(self) -> None:
        conf = self._home / "conf" / "neo4j.conf"
        conf.parent.mkdir()
        settings = {
            "server.bolt.listen_address": f"127.0.0.1:{self._port}",
            # What a routing table names, so that neo4j:// finds the way back.
            "server.bolt.advertised_address": f"127.0.0.1:{self._port}",
            "server.http.enabled": "false",
            "dbms.usage_report.enabled": "false",
            "server.memory.pagecache.size": "256m",
            "db.tx_log.preallocate": "false",
            # Tests of a wrong password must not lock out the tests after them.
            "dbms.security.auth_max_failed_attempts": "0",
            **(_BRIEF if self._brief else {}),
        }
        conf.write_text("".join(f"{key}={value}\n" for key, value in settings.items()), encoding="utf-8")

    def _wait(self) -> None:
        assert self._process is not None
        deadline = time.monotonic() + _START_SECONDS
        while True:
            try:
                self._change_first_password()
                with (
                    GraphDatabase.driver(self.uri, auth=(self.username, self.password)) as driver,
                    driver.session(database="neo4j") as session,
                ):
                    # Not execute_query: it would wait longer and longer between its own tries.
                    session.run("RETURN 1").consume()
                return
            except (DriverError, Neo4jError, OSError) as error:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    raise ServerUnavailable(f"Neo4j {VERSION} did not start: {self._last_line() or error}") from None
                time.sleep(0.1)

    def _change_first_password(self) -> None:
        if self.password != _FIRST_PASSWORD:
            return
        new = secrets.token_urlsafe(16)
        try:
            with (
                GraphDatabase.driver(self.uri, auth=(_USER, _FIRST_PASSWORD)) as driver,
                driver.session(database="system") as session,
            ):
                session.run("ALTER CURRENT USER SET PASSWORD FROM $old TO $new", old=_FIRST_PASSWORD, new=new).consume()
        except AuthError as error:
            raise ServerUnavailable(f"Neo4j {VERSION} did not take its first password: {error.code}") from None
        self.password = new

    def _last_line(self) -> str:
        lines = self._log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        told = [line for line in lines if "ERROR" in line or "Caused by" in line] or lines
        return told[-1].strip() if told else ""
