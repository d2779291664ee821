"""How much memory a process holds, and how much one holds in which nothing but the libraries was built."""

from __future__ import annotations

import subprocess
import sys
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


def empty_memory() -> float:
    """Megabytes of a process that has imported and built the libraries, and nothing else."""
    process = subprocess.Popen([sys.executable, "-c", EMPTY], stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603
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
