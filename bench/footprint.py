"""How much memory a process holds, and how much one holds in which nothing but the libraries was built."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

PATIENCE = 60.0
EMPTY = """
import asyncio, sys
import slack_bolt.async_app, slack_bolt.adapter.aiohttp, botbuilder.core, botbuilder.schema, botframework.connector.auth
import aiohttp.web, sqlalchemy.ext.asyncio, sqlalchemy.orm
app = slack_bolt.async_app.AsyncApp(signing_secret="x" * 32, authorize=lambda: None)
web = aiohttp.web.Application()
engine = sqlalchemy.create_engine("sqlite://")
engine.connect().close()
print("ready", flush=True)
sys.stdin.read()
"""


def as_installed(folder: Path) -> dict[str, str]:
    """An environment in which everything is compiled once, as where it is installed: compiling leaves something behind in a process."""
    return {**{name: os.environ[name] for name in os.environ if name != "PYTHONDONTWRITEBYTECODE"}, "PYTHONPYCACHEPREFIX": str(folder)}


def empty_memory(environment: Mapping[str, str] | None = None) -> float:
    """Megabytes of a process that has imported and built the libraries, and nothing else."""
    process = subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", EMPTY], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        return resident(process.pid)
    finally:
        process.communicate(timeout=PATIENCE)


def resident(pid: int) -> float:
    """Megabytes of memory that a process really holds."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024
