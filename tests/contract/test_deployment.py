"""docker-compose.yml and Dockerfile: valid by the Compose specification, closed to the outside, in step with us."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import yaml
from compose_spec import PyCompose

from seewhy.auth.access import Access
from seewhy.auth.settings import OPTIONS, read_sign_in
from seewhy.explorer.door.__main__ import _arguments
from seewhy.explorer.door.guard import HEALTH
from seewhy.graph.errors import ConfigurationError
from seewhy.graph.files.private import MOUNTED
from seewhy.graph.settings import Settings
from tests.contract.repository import PACKAGES, ROOT
from tests.servers.container import IMAGE

TEXT = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
SIGN_IN = (ROOT / "examples" / "compose" / "sign-in.yml").read_text(encoding="utf-8")
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load(TEXT)["services"]


def test_the_compose_file_is_valid() -> None:
    assert sorted(PyCompose.from_yaml(TEXT).service_names()) == ["explorer", "load", "neo4j"]


@pytest.mark.parametrize(("right", "wrong"), [("depends_on:", "depend_on:"), ("interval: 15s", "interval: soon")])
def test_the_validator_finds_a_wrong_key_and_a_wrong_value(right: str, wrong: str) -> None:
    assert right in TEXT
    with pytest.raises(ValueError, match=wrong.split(": ")[-1].rstrip(":")):
        PyCompose.from_yaml(TEXT.replace(right, wrong))


def test_only_the_explorer_is_published_and_only_to_this_host() -> None:
    assert {name: service.get("ports") for name, service in SERVICES.items()} == {
        "neo4j": None,
        "explorer": ["127.0.0.1:8501:8501"],
        "load": None,
    }


def test_secrets_are_files_and_no_password_has_a_default() -> None:
    secrets = yaml.safe_load(TEXT)["secrets"]
    assert {name: list(service["secrets"]) for name, service in SERVICES.items()} == {
        "neo4j": ["neo4j-auth"],
        "explorer": ["neo4j-password"],
        "load": ["neo4j-password"],
    }
    assert secrets == {name: {"file": f"secrets/{name}"} for name in ("neo4j-auth", "neo4j-password")}
    # The image takes every other NEO4J_… variable for a setting and refuses to start with one that it does not know.
    assert SERVICES["neo4j"]["environment"]["NEO4J_AUTH_FILE"] == f"{MOUNTED}/neo4j-auth"
    assert SERVICES["explorer"]["environment"]["NEO4J_PASSWORD_FILE"] == f"{MOUNTED}/neo4j-password"
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert {"/secrets/", ".env"} <= set(ignored)
    for file in (TEXT, *(path.read_text(encoding="utf-8") for path in (ROOT / "examples" / "compose").iterdir())):
        assert not re.findall(r"(?i)(?:password|secret)[^:\n]*: *[\"']?\$\{", file), "no variable"


def test_every_container_is_confined() -> None:
    """Written by hand in each service: a merge key of YAML would not reach the other files."""
    for name, service in {**SERVICES, **yaml.safe_load(SIGN_IN)["services"], "explorer": SERVICES["explorer"]}.items():
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service["mem_limit"], name
        assert service["pids_limit"], name
        assert service.get("healthcheck") or name == "explorer", name
        assert service.get("read_only", False) is (name != "neo4j"), name
    assert "\nHEALTHCHECK " in DOCKERFILE
    assert SERVICES["neo4j"]["user"] == "7474:7474"


def test_the_graph_is_kept_and_watched() -> None:
    assert SERVICES["neo4j"]["image"] == IMAGE, "compose and tests name the same image"
    assert SERVICES["neo4j"]["volumes"] == ["neo4j-data:/data"]
    assert "cypher-shell" in SERVICES["neo4j"]["healthcheck"]["test"][1]
    assert SERVICES["explorer"]["depends_on"] == {"neo4j": {"condition": "service_healthy"}}


def test_the_image_holds_every_package_and_runs_as_nobody_special() -> None:
    copied = {name for line in re.findall(r"^COPY (.*)$", DOCKERFILE, re.MULTILINE) for name in line.split()[:-1]}
    assert copied == {*PACKAGES, "pyproject.toml", "requirements.lock", "README.md", "LICENSE"}
    admitted = set(re.findall(r"^!(.*)$", (ROOT / ".dockerignore").read_text(encoding="utf-8"), re.MULTILINE))
    assert admitted == copied
    assert DOCKERFILE.index("\nUSER seewhy\n") < DOCKERFILE.index("\nCMD ")
    installed = re.findall(r"^RUN pip install (.*)$", DOCKERFILE, re.MULTILINE)
    assert "--require-hashes" in installed[0]
    assert all("--no-deps" in line for line in installed)


def test_the_image_starts_the_explorer_without_a_token_and_asks_for_its_health() -> None:
    started = json.loads(DOCKERFILE.rpartition("\nCMD ")[2])
    assert started[:4] == ["python", "-P", "-m", "seewhy.explorer.door"]
    asked = _arguments(started[4:])
    assert (asked.port, asked.address, asked.no_token, asked.browser) == (8501, "0.0.0.0", True, False)
    assert f"http://127.0.0.1:{asked.port}{HEALTH}" in DOCKERFILE


def test_people_sign_in_behind_a_proxy_with_its_secret_in_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    both, added = yaml.safe_load(TEXT), yaml.safe_load(SIGN_IN)
    explorer = added["services"].pop("explorer")
    explorer["secrets"] += both["services"]["explorer"]["secrets"]
    both["services"]["explorer"]["environment"] |= explorer.pop("environment")
    both["services"]["explorer"] |= explorer
    both["services"] |= added["services"]
    both["volumes"] |= added["volumes"]
    both["secrets"] |= added["secrets"]
    both["configs"] = added["configs"]
    assert sorted(PyCompose.from_yaml(yaml.safe_dump(both)).service_names()) == ["explorer", "load", "neo4j", "proxy"]
    proxy = both["services"]["proxy"]
    assert proxy["command"][-1] == "explorer:8501"
    assert proxy["ports"] == ["80:80", "443:443"]
    # What the container is started with, read as the explorer reads it: everything is named but the file's content.
    environment = both["services"]["explorer"]["environment"]
    for name, value in environment.items():
        given = re.sub(r"\$\{SEEWHY_NAME[^}]*\}", "seewhy.example.org", value)
        given = re.sub(r"\$\{OIDC_ISSUER[^}]*\}", "https://login.example.org", given)
        monkeypatch.setenv(name, re.sub(r"\$\{\w+[^}]*\}", "seewhy" if "CLIENT" in name else "", given))
    assert "SEEWHY_STATE=/var/lib/seewhy" in DOCKERFILE
    ours = {name for name in environment if "NEO4J" not in name} - {"SEEWHY_TIMEZONE", "SEEWHY_LOG"}
    assert ours <= set(OPTIONS.values())
    assert {name.lower() for name in environment if "NEO4J" in name} <= Settings.model_fields.keys()
    with pytest.raises(ConfigurationError) as raised:
        read_sign_in(address="0.0.0.0", port=8501)
    assert [re.split(" cannot be read| is not there", sentence)[0] for sentence in raised.value.sentences] == [
        "the access file `/etc/seewhy/access.toml`", "the client secret file `/run/secrets/client-secret`",
    ]  # fmt: skip
    Access(ROOT / "examples" / "access.toml")  # raises what is wrong with it


def test_the_interface_in_the_container_is_one_more_command_line() -> None:
    text = (ROOT / "examples" / "compose" / "api.yml").read_text(encoding="utf-8")
    both = yaml.safe_load(TEXT)
    (changed,) = yaml.safe_load(text)["services"].items()
    assert changed[0] == "explorer"
    both["services"]["explorer"] |= changed[1]
    assert sorted(PyCompose.from_yaml(yaml.safe_dump(both)).service_names()) == ["explorer", "load", "neo4j"]
    started = json.loads(DOCKERFILE.rpartition("\nCMD ")[2])
    line = changed[1]["command"]
    assert line[:4] == ["python", "-P", "-m", "seewhy.http.beside"]
    assert line[4:] == started[4:], "the options of the image"
