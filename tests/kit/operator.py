"""An operator who wants to know who said what in an anonymous poll: with the database, its files, every key, and the order of the voters.

Each attack gives its best guess, person -> answer. `Known` is what only a test can know: the secret and the keys as they were before
close, so that a look at the files finds them wherever they might be left.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import shutil
import sqlite3
import struct
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from bot.data import scope
from bot.data.base import Base
from bot.data.units import Units
from bot.data.vault import CannotOpen, Vault

Row = Mapping[str, Any]
Guess = dict[int, str]
HELD, COUNTED, VOTE = ("secret_ballots", "secret_ballots.answer"), ("ballots", "ballots.answer"), ("poll_votes", "poll_votes.answer")
BASE64 = re.compile(rb"[A-Za-z0-9+/]{60,}={0,2}")


@dataclass(frozen=True)
class Known:
    """Byte strings that would link ballots to people, as they stand in their tables."""

    secret: bytes
    keys: frozenset[bytes]
    sealed: frozenset[bytes]

    def found_in(self, content: bytes) -> set[str]:
        """Which of them stand there."""
        found = {"secret"} if self.secret in content else set()
        found |= {"key"} if any(key in content for key in self.keys) else set()
        return found | ({"sealed"} if any(answer in content for answer in self.sealed) else set())


@dataclass
class Operator:
    """Reads what is there and guesses."""

    units: Units
    vault: Vault
    poll: int
    voters: Sequence[int]  # in the order in which they voted, which somebody may have watched
    files: Path  # where the database keeps them

    async def guesses(self) -> dict[str, Guess]:
        """What every attack on the tables comes to."""
        tables = await self.dump()
        found = {"hmac": self._by_key(tables, self._secrets(tables))}
        for place in (HELD, COUNTED, VOTE):
            rows = [row for row in tables.get(place[0], ()) if row["poll_id"] == self.poll]
            for order in ("physical", "id", "xmin", "answered_at"):
                if rows and order in rows[0]:
                    found[f"{place[0]} by {order}"] = self._by_order(sorted(rows, key=lambda row, order=order: row[order]), place[1])  # type: ignore[misc]
        found["transaction"] = self._by_transaction(tables)
        return found

    async def dump(self) -> dict[str, list[Row]]:
        """Every row of every table, with its transaction and its position where the database tells them."""

        def work(session: Session) -> dict[str, list[Row]]:
            scope.enter(session, scope.SYSTEM)
            connection = session.connection()
            is_postgres = connection.dialect.name == "postgresql"
            found: dict[str, list[Row]] = {}
            for table in Base.metadata.sorted_tables:
                hidden = ""
                if is_postgres:
                    hidden = ", xmin::text::bigint AS xmin, ctid AS physical"
                elif table.dialect_options["sqlite"].get("with_rowid", True):
                    hidden = ", rowid AS physical"
                rows = connection.execute(text(f"SELECT *{hidden} FROM {table.name}")).mappings().all()  # noqa: S608 - our own tables
                found[table.name] = [dict(row) for row in rows]
            return found

        return await self.units.read(work)

    def by_log(self, folder: Path) -> Guess:
        """Play SQLite's log back commit by commit: who voted, and which ballot was new, stand in the same one."""
        found: Guess = {}
        seen: tuple[set[int], set[bytes]] = (set(), set())
        for moment in _moments(self.files, folder):
            voters = {row["person_id"] for row in moment["secret_voters"] if row["poll_id"] == self.poll}
            held = {row["voter"]: row for row in moment["secret_ballots"] if row["poll_id"] == self.poll}
            if len(voters - seen[0]) == 1 and len(held.keys() - seen[1]) == 1:
                (who,), (key,) = voters - seen[0], held.keys() - seen[1]
                found[who] = self._opened(HELD[1], held[key])
            seen = (seen[0] | voters, seen[1] | held.keys())
        return found

    def by_files(self) -> Guess:
        """Look for anything in the files that opens as the poll's secret, then for a ballot of each person under it."""
        content = b"".join(each.read_bytes() for each in self.database_files())
        found: Guess = {}
        for secret in {opened for each in BASE64.findall(content) if (opened := self._opened_secret(each)) is not None}:
            for who in self.voters:
                key = _key(secret, who)
                for match in re.finditer(re.escape(key), content):
                    found |= self._sealed_near(content, match.end(), who, key)
        return found

    def database_files(self) -> Iterator[Path]:
        """The database's files, but for PostgreSQL's log, which keeps what was written until it is written over."""
        for each in sorted(self.files.rglob("*")):
            if each.is_file() and "pg_wal" not in each.parts:
                yield each

    def _sealed_near(self, content: bytes, start: int, who: int, key: bytes) -> Guess:
        """The sealed answer stands behind the key."""
        for each in BASE64.findall(content, start, start + 200):
            try:
                return {who: self._opened(HELD[1], {"voter": key, "answer": each.decode()})}
            except (CannotOpen, ValueError):
                continue
        return {}

    def _secrets(self, tables: Mapping[str, Sequence[Row]]) -> set[bytes]:
        """Every value of every column that opens as this poll's secret."""
        values = (value for rows in tables.values() for row in rows for value in row.values() if isinstance(value, str))
        return {opened for each in values if (opened := self._opened_secret(each.strip('"').encode())) is not None}

    def _opened_secret(self, encoded: bytes) -> bytes | None:
        try:
            return self.vault.open("poll_secrets.secret", self.poll, base64.b64decode(encoded))
        except (CannotOpen, ValueError):
            return None

    def _by_key(self, tables: Mapping[str, Sequence[Row]], secrets: set[bytes]) -> Guess:
        """Every person's key under every secret, and under the keys that the operator has."""
        secrets = secrets | {self.vault._mac, str(self.poll).encode(), b""}
        held = {row["voter"]: row for row in tables["secret_ballots"]}
        keys = {(who, _key(secret, who)) for who in self.voters for secret in secrets}
        return {who: self._opened(HELD[1], held[key]) for who, key in keys if key in held}

    def _by_order(self, rows: Sequence[Row], column: str) -> Guess:
        return dict(zip(self.voters, [self._opened(column, row) for row in rows], strict=False))

    def _by_transaction(self, tables: Mapping[str, Sequence[Row]]) -> Guess:
        """Who took part and what was said were written by the same transaction."""
        found: Guess = {}
        for people, said, column in (("secret_voters", *HELD), ("participations", *COUNTED)):
            for person in tables[people]:
                same = [row for row in tables[said] if row.get("xmin", 0) == person.get("xmin", 1) and row["poll_id"] == self.poll]
                if len(same) == 1 and person["poll_id"] == self.poll:
                    found[person["person_id"]] = self._opened(column, same[0])
        return found

    def _opened(self, column: str, row: Row) -> str:
        if "id" in row:
            return str(json.loads(self.vault.open_text(column, row["id"], row["answer"])))
        sealed = base64.b64decode(row["answer"].strip('"'))
        return str(json.loads(self.vault.open_text(column, int.from_bytes(row["voter"], "big"), sealed)))


def right(guess: Guess, truth: Guess) -> int:
    """How many of the guesses are true."""
    return sum(truth.get(who) == answer for who, answer in guess.items())


def _key(secret: bytes, person: int) -> bytes:
    return hmac.new(secret, str(person).encode(), hashlib.sha256).digest()


def _moments(files: Path, folder: Path) -> Iterator[dict[str, list[Row]]]:
    """The database as it was after each commit that its log still has."""
    database = next(files.glob("*.db"))
    log = database.with_name(database.name + "-wal").read_bytes()
    if len(log) < 32:
        return
    (page,) = struct.unpack(">I", log[8:12])
    for end in range(32 + 24 + page, len(log) + 1, 24 + page):
        (pages_after_commit,) = struct.unpack(">I", log[end - page - 20 : end - page - 16])
        if not pages_after_commit:
            continue
        copy = folder / "moment.db"
        shutil.copy(database, copy)
        copy.with_name("moment.db-wal").write_bytes(log[:end])
        copy.with_name("moment.db-shm").unlink(missing_ok=True)
        with closing(sqlite3.connect(copy)) as connection:
            connection.row_factory = sqlite3.Row
            yield {name: _rows(connection, name) for name in ("secret_voters", "secret_ballots")}


def _rows(connection: sqlite3.Connection, name: str) -> list[Row]:
    return [dict(row) for row in connection.execute(f"SELECT * FROM {name}")]  # noqa: S608 - one of two names
