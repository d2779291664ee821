"""The image and the composition: they are not run here, but what they say is held against the program."""

from __future__ import annotations

import json
import re
import tomllib
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import yaml

from bot.app import STOPS_WITHIN
from bot.settings import Settings, known_database

ROOT = Path(__file__).parents[1]
PACKAGES = ["bot", "adapters", "handlers", "scheduler", "manifest"]
INSTRUCTIONS = {"FROM", "RUN", "ENV", "WORKDIR", "COPY", "USER", "VOLUME", "EXPOSE", "HEALTHCHECK", "STOPSIGNAL", "ENTRYPOINT", "CMD"}


def instructions() -> list[tuple[str, str]]:
    """The Dockerfile's instructions, lines joined."""
    words = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    lines = "\n".join(line for line in words.splitlines() if not line.lstrip().startswith("#"))
    joined = re.sub(r"\\\n\s*", "", lines)
    return [(line.partition(" ")[0], line.partition(" ")[2].strip()) for line in joined.splitlines() if line.strip()]


def composed() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
    return found


def the(name: str) -> str:
    (only,) = [given for instruction, given in instructions() if instruction == name]
    return only


def test_the_image_is_made_of_what_is_locked_and_of_the_packages_alone() -> None:
    assert {name for name, _given in instructions()} == INSTRUCTIONS
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert the("FROM") == f"python:{project['project']['requires-python'].removeprefix('>=')}-slim"
    copied = [given.split()[0] for name, given in instructions() if name == "COPY"]
    assert copied == ["requirements.lock", *PACKAGES]
    assert project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"] == PACKAGES
    (installing,) = [given for name, given in instructions() if name == "RUN" and "pip install" in given]
    assert "--require-hashes --requirement requirements.lock" in installing
    for given in (given for name, given in instructions() if name == "RUN" and "apt-get" in given):
        assert "--no-install-recommends" in given
        assert "rm -rf /var/lib/apt/lists/*" in given


def test_it_runs_as_nobody_special_and_is_asked_how_it_is() -> None:
    names = [name for name, _given in instructions()]
    assert the("USER") == "convene"
    assert names.index("USER") < names.index("CMD")
    assert "RUN" not in names[names.index("USER") :]
    assert "useradd --system" in next(given for name, given in instructions() if name == "RUN" and "useradd" in given)
    assert json.loads(the("ENTRYPOINT")) + json.loads(the("CMD")) == ["python", "-m", "bot", "serve"]
    program = json.loads(the("HEALTHCHECK").split("CMD ")[1])[2]
    compile(program, "HEALTHCHECK", "exec")
    assert "/healthz" in program


def test_nothing_of_this_machine_gets_into_the_image() -> None:
    lines = [line for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    assert lines[0] == "*"
    let_in = [line[1:] for line in lines if line.startswith("!")]
    assert let_in == ["requirements.lock", *PACKAGES]
    assert not any(fnmatch(name, pattern) for name in (".env", "var", ".git", "tests") for pattern in let_in)


def test_the_composition_has_two_replicas_on_postgresql_after_its_migration() -> None:
    services = composed()["services"]
    assert set(services) == {"database", "migrate", "bot"}
    bot, migrate, database = services["bot"], services["migrate"], services["database"]
    assert bot["deploy"] == {"replicas": 2}
    (ports,) = bot["ports"]
    first, last = re.fullmatch(r"127\.0\.0\.1:(\d+)-(\d+):8080", ports).groups()  # type: ignore[union-attr]
    assert int(last) - int(first) + 1 == 2, "a port for each replica"
    assert bot["depends_on"] == {
        "database": {"condition": "service_healthy"},
        "migrate": {"condition": "service_completed_successfully"},
    }
    assert migrate["command"] == ["migrate"]
    assert "pg_isready" in database["healthcheck"]["test"]
    assert set(composed()["volumes"]) == {"database"}
    assert int(bot["stop_grace_period"].removesuffix("s")) > STOPS_WITHIN, "it ends by itself before it is killed"
    for each in (bot, migrate):
        assert (each["read_only"], each["cap_drop"]) == (True, ["ALL"])


def test_secrets_come_from_the_env_file_and_settings_are_known() -> None:
    services = composed()["services"]
    known = {name.upper() for name in Settings.model_fields}
    for name in ("bot", "migrate"):
        assert services[name]["env_file"] == ".env"
        assert set(services[name]["environment"]) <= known
        assert known_database(services[name]["environment"]["DATABASE_URL"])
    assert {given.partition("=")[0] for given in the("ENV").split()} & known == {"HOST", "PORT"}
    words = (ROOT / "compose.yaml").read_text(encoding="utf-8")
    passwords = re.findall(r"PASSWORD: (.+)|:([^:@/]+)@", words)
    assert passwords
    assert all("${POSTGRES_PASSWORD:?" in (one or other) or "set it in .env}" in (one or other) for one, other in passwords)
