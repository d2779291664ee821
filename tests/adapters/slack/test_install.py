"""Many workspaces install the app themselves: states, pages, several processes."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core.clock import WoundClock
from bot.core.rows import InstallationRow, InstallStateRow
from bot.data import scope
from bot.data.units import Units
from bot.people.rows import CommunityRow
from handlers.journal.rows import EntryRow
from manifest.scopes import CORE
from tests.adapters.slack.installing import ANN, BOB, PLACE, Cloud, cloud, count, read

pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")  # slack_sdk's, against aiohttp 4


@pytest.mark.thorough
@pytest.mark.both_databases
async def test_a_workspace_installs_founds_its_community_and_is_answered(slack: Cloud, units: Units) -> None:
    begun = await slack.visits("/slack/install")
    asked = parse_qs(urlsplit(begun.link).query)
    assert begun.link.startswith(f"{slack.address}/oauth/v2/authorize?")
    assert asked["scope"] == [",".join(scope.name for scope in CORE)]
    assert "users:read" in begun.words
    done = await slack.installs("T0001")
    assert (done.status, "I am installed in Craft T0001" in done.words) == (200, True)
    assert await count(units, CommunityRow) == 0
    north = slack.slacks["T0001"]
    await north.invite_bot(ANN, PLACE)
    await slack.settles()
    await slack.winder().settle()
    assert [row.name for row in await read(units, select(CommunityRow.name))] == ["Craft T0001"]
    assert north.posted(ANN)
    await north.types(BOB, PLACE, "/journal A quiet day.")
    assert await count(units, EntryRow) == 1
    other = slack.slacks["T0002"]
    assert other.calls == []


@pytest.mark.thorough
async def test_two_workspaces_are_two_communities_each_with_its_own_token(slack: Cloud, units: Units) -> None:
    for team in ("T0001", "T0002"):
        await slack.installs(team)
        await slack.slacks[team].invite_bot(f"UANN{team}", f"C{team}")
        await slack.settles()
    await slack.winder().settle()
    assert await count(units, CommunityRow) == 2
    for team in ("T0001", "T0002"):
        assert slack.slacks[team].posted(f"UANN{team}")
        assert all(call.ok for call in slack.slacks[team].calls), [call for call in slack.slacks[team].calls if not call.ok]
        called = [call.method for call in slack.slacks[team].calls]
        assert called.count("auth.test") == 2  # once to install, once in this process


async def test_a_state_is_good_once_for_ten_minutes_and_in_its_own_browser(slack: Cloud, units: Units) -> None:
    oauth = slack.slacks["T0001"].oauth
    begun = await slack.visits("/slack/install")
    back = f"/slack/oauth_redirect?code={oauth.approve()}&state={begun.state}"
    elsewhere = await slack.visits(back)
    forged = await slack.visits("/slack/oauth_redirect?code=x&state=forged", cookie="slack-app-oauth-state=forged")
    assert (elsewhere.status, forged.status) == (400, 401)
    assert (await slack.visits(back, cookie=begun.cookie)).status == 200
    again = await slack.visits(back, cookie=begun.cookie)
    assert again.status == 401
    late = await slack.visits("/slack/install")

    def age(session: Session) -> None:
        scope.enter(session, scope.SYSTEM)
        session.query(InstallStateRow).update({"expires_at": datetime.now(UTC) - timedelta(seconds=1)})

    await units.run(age)
    old = await slack.visits(f"/slack/oauth_redirect?code={oauth.approve()}&state={late.state}", cookie=late.cookie)
    assert old.status == 401
    for refused in (elsewhere, forged, again, old):
        assert "older than ten minutes" in refused.words
        assert refused.link == "/slack/install"
    assert await count(units, InstallationRow) == 1


async def test_whatever_goes_wrong_is_a_page_in_plain_words(slack: Cloud, units: Units, monkeypatch: pytest.MonkeyPatch) -> None:
    no = await slack.visits("/slack/oauth_redirect?error=access_denied")
    assert (no.status, "Nothing was installed" in no.words) == (200, True)
    begun = await slack.visits("/slack/install")
    wrong = await slack.visits(f"/slack/oauth_redirect?code=wrong&state={begun.state}", cookie=begun.cookie)
    assert (wrong.status, "did not confirm" in wrong.words) == (401, True)
    begun = await slack.visits("/slack/install")
    nothing = await slack.visits(f"/slack/oauth_redirect?state={begun.state}", cookie=begun.cookie)
    assert nothing.status == 401
    north = slack.slacks["T0001"]
    grants = north.oauth._granted
    monkeypatch.setattr(
        north.oauth, "_granted", lambda: {**grants(), "is_enterprise_install": True, "team": None, "enterprise": {"id": "E1"}}
    )
    whole = await slack.installs("T0001")
    assert "not into a whole organisation" in whole.words
    monkeypatch.undo()
    north.faults.add("oauth.v2.access", status=500)
    north.faults.add("oauth.v2.access", status=500)
    assert (await slack.installs("T0001")).status in (401, 503)
    north.faults.clear()
    for page in (no, wrong, nothing, whole):
        assert "not installed" in page.words
        assert "Traceback" not in page.text
    assert await count(units, InstallationRow) == 0
    hostile = await slack.visits("/slack/oauth_redirect?error=%3Cscript%3Ealert(1)%3C/script%3E")
    assert "<script" not in hostile.text


class Outline(HTMLParser):
    """What a screen reader goes by."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs


async def test_pages_are_accessible_and_let_nothing_in(slack: Cloud) -> None:
    slack.slacks["T0001"].ws.team_name = "<b>Söderby & Co</b>"
    pages = [await slack.visits("/slack/install"), await slack.installs("T0001"), await slack.visits("/slack/oauth_redirect?error=x")]
    assert "<b>Söderby & Co</b>" in pages[1].words
    assert "<b>" not in pages[1].text
    for page in pages:
        outline = Outline(page.text)
        assert [outline.tags.count(tag) for tag in ("h1", "main", "title", "script", "img")] == [1, 1, 1, 0, 0]
        assert ("lang", "en") in outline.attributes
        assert page.headers["Content-Type"] == "text/html; charset=utf-8"
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert page.headers["Cache-Control"] == "no-store"
    for mark in ("Secure", "HttpOnly", "SameSite=Lax"):
        assert mark in pages[0].headers["Set-Cookie"]


async def test_two_processes_share_installations_states_and_deliveries(units: Units, clock: WoundClock) -> None:
    async with cloud(units, clock, teams=("T0001",), replicas=2) as slack:
        done = await slack.installs("T0001", replica=0, back_at=1)
        assert done.status == 200
        north = slack.slacks["T0001"]
        await north.invite_bot(ANN, PLACE)
        await north.types(BOB, PLACE, "/journal Once.")
        slack.speaks_to("T0001", 1)
        await north.redeliver(kind="command")
        await slack.settles()
        await north.types(BOB, "D" + BOB[1:], "/journal list")
        await slack.settles()
        assert json.dumps(north.screen(BOB)["conversations"]).count("Once.") >= 1
        assert await count(units, EntryRow) == 1


async def test_a_proxy_is_not_asked_for_this_machine(units: Units, clock: WoundClock, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    async with cloud(units, clock, teams=("T0001",)) as slack:
        assert (await slack.installs("T0001")).status == 200
        assert (await slack.slacks["T0001"].invite_bot(ANN, PLACE)).status == 200
        await slack.settles()
        await slack.winder().settle()
        assert slack.slacks["T0001"].posted(ANN)


async def test_while_slack_or_the_database_does_not_answer_an_event_comes_again(slack: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    await slack.installs("T0001")
    north = slack.slacks["T0001"]
    north.line.retry_delays = ()
    north.faults.add("auth.test", times=2, error="ratelimited")
    assert (await north.invite_bot(ANN, PLACE)).status == 500
    store = slack.replicas[0].workspaces.store

    async def broken(**_asked: Any) -> None:
        raise OSError("no database")

    with monkeypatch.context() as patch:
        patch.setattr(store, "async_find_bot", broken)
        assert (await north.redeliver(kind="event")).status == 500
    assert (await north.redeliver(kind="event")).status == 200
    await slack.settles()
    await slack.winder().settle()
    assert north.posted(ANN)
