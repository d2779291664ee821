"""A community as the first released schema held it, in plain SQL: rows in every table of revision 0001."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, text

from tests.kit.moving_in import VAULT

Row = dict[str, Any]
AT = datetime(2026, 3, 24, 12, 0, tzinfo=UTC)  # the second day of the challenge, in the afternoon
COMMUNITY, SLACK, TEAMS = 1, 11, 12
ANN, BOB, LAYLA, GONE = 21, 22, 23, 24
ANNS, BOBS, LAYLAS, GONES, PLACE, CRAFT = 31, 32, 33, 34, 41, 42  # identities and places, and the lanes of the same ids
CHALLENGE, ANNS_PART, BOBS_PART, LAYLAS_PART = 51, 61, 62, 63
ENTRY, DELETED, KEPT, WAITING, CARD = 71, 72, 73, 81, 82
WORDS, KEPT_WORDS, WAITING_WORDS = "An entry of long ago.", "A text without a place.", "Said before, and not delivered yet."
DAYS = 7


def _activity(number: int) -> Row:
    lines = {name: f"{name} of day {number}" for name in ("practice", "short", "first_time", "go_further", "reflect", "point")}
    return {"title": f"Old day {number}", **lines, "share": ""}


def _message(words: str) -> bytes:
    paragraph = {"@": "paragraph", "words": [{"@": "plain", "text": words}]}
    return json.dumps({"version": 1, "message": {"@": "message", "summary": words, "blocks": [paragraph]}}).encode()


def _sealed(column: str, row: int, words: str | bytes) -> bytes:
    return VAULT.seal(column, row, words)


def _cadence(number: int, job: str, subject: int, zone: str, next_at: datetime, on: date, last_on: date) -> Row:
    return {
        "id": number,
        "job": job,
        "subject": subject,
        "zone": zone,
        "minute": 540,
        "weekdays": 127,
        "first_on": on,
        "last_on": last_on,
        "next_on": on,
        "next_at": next_at,
        "community_id": COMMUNITY,
    }


def _person(number: int, name: str, zone: str, role: str = "member", left_at: datetime | None = None) -> Row:
    return {
        "id": number,
        "name": name,
        "zone": zone,
        "language": "en",
        "role": role,
        "joined_at": AT,
        "left_at": left_at,
        "community_id": COMMUNITY,
    }


def _lane(number: int, platform: str, external_id: str, kind: str, next_at: datetime | None = None) -> Row:
    workspace = {"slack": "T1", "teams": "tenant"}[platform]
    way = {"platform": platform, "workspace": workspace, "external_id": external_id, "kind": kind, "reference": {}}
    return {"id": number, **way, "next_at": next_at, "leased_until": None, "lease": None, "community_id": COMMUNITY}


def _identity(number: int, person: int, workspace: int, account: str) -> Row:
    own = {"id": number, "workspace_id": workspace, "person_id": person, "account": account, "name": account, "reference": {}}
    return {**own, "described_at": AT, "closed_at": None, "community_id": COMMUNITY}


def _place(number: int, workspace: int, external_id: str) -> Row:
    own = {"id": number, "workspace_id": workspace, "external_id": external_id, "name": external_id, "reference": {}}
    return {**own, "joined_at": AT, "closed_at": None, "community_id": COMMUNITY}


def _participant(number: int, person: int) -> Row:
    own = {"id": number, "challenge_id": CHALLENGE, "person_id": person, "minute": 540, "joined_at": AT}
    return {**own, "left_at": None, "community_id": COMMUNITY}


def _entry(number: int, text_of_it: str | None) -> Row:
    sealed = _sealed("entries.text", number, text_of_it) if text_of_it is not None else None
    return {
        "id": number,
        "person_id": BOB,
        "on_date": date(2026, 3, 23),
        "visibility": "private",
        "text": sealed,
        "written_at": AT,
        "changed_at": AT,
        "deleted_at": None if sealed else AT,
        "lane_id": BOBS,
        "message_id": f"m{number}",
        "community_id": COMMUNITY,
    }


def _post(number: int, lane: int, state: str, words: str | None, key: str | None, message_id: str | None) -> Row:
    return {
        "id": number,
        "lane_id": lane,
        "key": key,
        "kind": "place",
        "turn": number,
        "revision": 1,
        "state": state,
        "body": _sealed("posts.body", number, _message(words)) if words is not None else None,
        "on_reply": None,
        "posted_at": AT,
        "expires_at": None,
        "attempts": 0,
        "sent_at": AT if message_id else None,
        "message_id": message_id,
        "why": None,
        "community_id": COMMUNITY,
    }


@cache
def rows() -> dict[str, list[Row]]:
    """Table -> its rows, parents before children; what is sealed is so once."""
    first, last = date(2026, 3, 23), date(2026, 3, 29)
    berlin, tokyo = datetime(2026, 3, 25, 8, 0, tzinfo=UTC), datetime(2026, 3, 25, 0, 0, tzinfo=UTC)
    tomorrow, ends_on = date(2026, 3, 25), date(2026, 4, 1)
    ends = datetime(2026, 4, 1, 16, 0, tzinfo=UTC)
    return {
        "communities": [{"id": COMMUNITY, "name": "Practice", "zone": "Europe/Berlin", "language": "en", "created_at": AT}],
        "seen": [{"key": "event:old", "at": AT}],
        "workspaces": [
            {"id": SLACK, "community_id": COMMUNITY, "platform": "slack", "external_id": "T1", "name": "Practice"},
            {"id": TEAMS, "community_id": COMMUNITY, "platform": "teams", "external_id": "tenant", "name": "Practice"},
        ],
        "people": [
            _person(ANN, "Ann", "Europe/Berlin", "lead"),
            _person(BOB, "Bob", "Europe/Berlin"),
            _person(LAYLA, "ليلى", "Asia/Tokyo"),
            _person(GONE, "Somebody who left", "UTC", left_at=AT),
        ],
        "identities": [
            _identity(ANNS, ANN, SLACK, "ann"),
            _identity(BOBS, BOB, SLACK, "bob"),
            _identity(LAYLAS, LAYLA, TEAMS, "layla"),
            {**_identity(GONES, GONE, TEAMS, "gone"), "closed_at": AT},
        ],
        "places": [_place(PLACE, SLACK, "C1"), _place(CRAFT, TEAMS, "craft")],
        "lanes": [
            _lane(ANNS, "slack", "ann", "chat"),
            _lane(BOBS, "slack", "bob", "chat"),
            _lane(LAYLAS, "teams", "layla", "chat"),
            _lane(GONES, "teams", "gone", "chat"),
            _lane(PLACE, "slack", "C1", "place", next_at=AT),
            _lane(CRAFT, "teams", "craft", "place"),
        ],
        "challenges": [
            {
                "id": CHALLENGE,
                "title": "An old challenge",
                "purpose": "To see it through.",
                "pack": "first_steps 1",
                "starts_on": first,
                "days": DAYS,
                "minute": 540,
                "rhythm": "every day",
                "state": "running",
                "started_by": ANN,
                "announced_at": AT,
                "closed_at": None,
                "community_id": COMMUNITY,
            }
        ],
        "challenge_days": [
            {"id": 500 + n, "challenge_id": CHALLENGE, "number": n, "activity": _activity(n), "community_id": COMMUNITY}
            for n in range(1, DAYS + 1)
        ],
        "participants": [_participant(ANNS_PART, ANN), _participant(BOBS_PART, BOB), _participant(LAYLAS_PART, LAYLA)],
        "days_done": [{"id": 91, "participant_id": BOBS_PART, "number": 1, "done_at": AT, "by_entry": True, "community_id": COMMUNITY}],
        "cadences": [
            _cadence(101, "challenge.place", CHALLENGE, "Europe/Berlin", berlin, tomorrow, last),
            _cadence(102, "challenge.activity", ANNS_PART, "Europe/Berlin", berlin, tomorrow, last),
            _cadence(103, "challenge.activity", BOBS_PART, "Europe/Berlin", berlin, tomorrow, last),
            _cadence(104, "challenge.activity", LAYLAS_PART, "Asia/Tokyo", tokyo, tomorrow, last),
            {**_cadence(105, "challenge.end", CHALLENGE, "Etc/GMT+12", ends, ends_on, ends_on), "minute": 240},
        ],
        "occurrences": [
            {"id": 111, "job": "challenge.activity", "subject": BOBS_PART, "on_date": date(2026, 3, 24), "slot": 0, "fired_at": AT}
            | {"community_id": COMMUNITY}
        ],
        "entries": [_entry(ENTRY, WORDS), _entry(DELETED, None)],
        "kept_texts": [
            {
                "id": KEPT,
                "person_id": BOB,
                "text": _sealed("kept_texts.text", KEPT, KEPT_WORDS),
                "lane_id": BOBS,
                "message_id": "m9",
                "written_at": AT,
                "is_asked_until": AT,
                "expires_at": datetime(2026, 3, 31, tzinfo=UTC),
                "community_id": COMMUNITY,
            }
        ],
        "posts": [
            _post(WAITING, PLACE, "ready", WAITING_WORDS, None, None),
            _post(CARD, PLACE, "sent", None, f"challenge/{CHALLENGE}", "82/1"),
        ],
    }


def put(connection: Connection) -> None:
    """Insert all of it."""
    for table, its_rows in rows().items():
        for row in its_rows:
            columns = ", ".join(row)
            binds = ", ".join(f":{name}" for name in row)
            connection.execute(text(f"INSERT INTO {table} ({columns}) VALUES ({binds})"), _plain(connection, row))  # noqa: S608 - ours
    connection.commit()


TODAY = {  # what stood in one row then stands in two
    "cadences": "(SELECT c.id, subject, r.job, zone, minute, weekdays, first_on, last_on, next_on, next_at, r.community_id"
    " FROM cadences AS c JOIN rhythms AS r ON r.id = c.rhythm_id) AS cadences"
}


def found(connection: Connection) -> dict[str, list[Row]]:
    """The same rows and columns as they stand there now."""
    now = {}
    for table, its_rows in rows().items():
        order = "key" if table == "seen" else "id"
        columns = ", ".join(its_rows[0])
        place = TODAY.get(table, table)
        got = connection.execute(text(f"SELECT {columns} FROM {place} ORDER BY {order}")).mappings().all()  # noqa: S608 - ours
        now[table] = [dict(row) for row in got]
    return now


def expected(connection: Connection) -> dict[str, list[Row]]:
    """What `found` must give."""
    return {table: [_read(connection, row) for row in sorted(its, key=lambda row: row.get("id", 0))] for table, its in rows().items()}


def _plain(connection: Connection, row: Row) -> Row:
    """As each database stored it: SQLite knows neither instants nor dates, and both take JSON as text."""
    is_sqlite = connection.dialect.name == "sqlite"
    return {name: _stored(value, is_sqlite=is_sqlite) for name, value in row.items()}


def _stored(value: Any, *, is_sqlite: bool) -> Any:
    match value:
        case dict():
            return json.dumps(value)
        case datetime() if is_sqlite:
            return value.replace(tzinfo=None).isoformat(" ", "microseconds")
        case date() if is_sqlite:
            return value.isoformat()
    return value


def _read(connection: Connection, row: Row) -> Row:
    is_sqlite = connection.dialect.name == "sqlite"
    return {
        name: value if isinstance(value, dict) and not is_sqlite else _stored(value, is_sqlite=is_sqlite) for name, value in row.items()
    }
