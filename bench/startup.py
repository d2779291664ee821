"""How soon the command line and the playground answer, and how much memory a serving process takes beside its empty libraries."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from urllib.error import URLError
from urllib.request import urlopen

from bench.footprint import empty_memory, resident
from bench.report import Report
from bench.serving import KEY
from bench.slack_requests import SECRET
from bench.stand_in import stand_in
from tests.kit.databases import databases

AIM = 0.6  # of a serving process's memory is the libraries'
HELP_SECONDS, PAGE_SECONDS = 1.0, 5.0
ROUNDS, PATIENCE = 5, 60.0


def measure() -> Report:
    """Alternate the command line with an interpreter that does nothing, then start the playground and the two processes."""
    empty_python, help_ = [], []
    for _ in range(ROUNDS):
        empty_python.append(_run_seconds("-c", "pass"))
        help_.append(_run_seconds("-m", "bot", "--help"))
    pages = [_page_seconds() for _ in range(3)]
    memory = [asyncio.run(_memory()) for _ in range(2)]
    empty, serving = (median(pair[n] for pair in memory) for n in (0, 1))
    figures = {
        "help_seconds": round(median(help_), 3),
        "empty_python_seconds": round(median(empty_python), 3),
        "page_seconds": round(median(pages), 2),
        "serving_mb": round(serving, 1),
        "empty_mb": round(empty, 1),
    }
    rows = [
        ("python -c pass", f"{median(empty_python):.2f} s"),
        ("python -m bot --help", f"{median(help_):.2f} s"),
        ("playground answers, fresh", f"{median(pages):.2f} s"),
        ("bolt + botbuilder + SQLAlchemy, empty", f"{empty:.0f} MB"),
        ("serving both platforms", f"{serving:.0f} MB"),
    ]
    ok = empty / serving >= AIM and median(help_) <= HELP_SECONDS and median(pages) <= PAGE_SECONDS
    notes = [f"Aims: help within {HELP_SECONDS:.0f} s, the page within {PAGE_SECONDS:.0f} s, libraries at least {AIM:.0%} of the memory."]
    return Report("startup", empty / serving, AIM, ok, ("", ""), rows, figures, notes)


def _run_seconds(*arguments: str) -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL, timeout=PATIENCE)  # noqa: S603
    return time.perf_counter() - began


def _page_seconds() -> float:
    """From the command to the page, on a fresh folder: migration, both platforms and eight people included."""
    with tempfile.TemporaryDirectory(prefix="convene-bench-") as folder:
        port = _free_port()
        command = [sys.executable, "-m", "bot", "play", "--port", str(port), "--folder", folder]
        began = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)  # noqa: S603
        try:
            _wait_until(lambda: _answers(f"http://127.0.0.1:{port}/"))
            return time.perf_counter() - began
        finally:
            _end(process)


async def _memory() -> tuple[float, float]:
    with databases() as made, tempfile.TemporaryDirectory(prefix="convene-bench-") as folder:
        url = await asyncio.to_thread(made.sqlite, Path(folder))
        async with stand_in() as (_slack, api):
            return await asyncio.to_thread(empty_memory), await asyncio.to_thread(_serving_memory, url, api)


def _serving_memory(url: str, api: str) -> float:
    port = _free_port()
    settings = {
        "SLACK_BOT_TOKEN": "xoxb-bench",
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_API_URL": f"{api}/api/",
        "APP_ID": "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee",
        "APP_PASSWORD": "bench",
        "APP_TENANTID": "11111111-2222-4333-8444-555555555555",
        "DATABASE_URL": url,
        "CONVENE_SECRET_KEY": KEY.replace(" ", "-").replace(",", "-"),
        "PORT": str(port),
    }
    process = subprocess.Popen([sys.executable, "-m", "bot", "serve"], env={**os.environ, **settings}, stdout=subprocess.DEVNULL)
    try:
        _wait_until(lambda: _answers(f"http://127.0.0.1:{port}/readyz"))
        return resident(process.pid)
    finally:
        _end(process)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def _answers(url: str) -> bool:
    try:
        with urlopen(url, timeout=5) as answer:  # noqa: S310 - loopback
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


def _wait_until(happened: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < until, "it did not answer in time"
        time.sleep(0.02)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    process.wait(PATIENCE)
