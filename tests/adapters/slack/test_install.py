"""Many workspaces install the app themselves: states, pages, sealed tokens, rotation, several processes, and the way out."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from slack_sdk.oauth.installation_store import Bot
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session
from structlog.testing import capture_logs

from bot.chat.errors import Unreachable
from bot.core.clock import WoundClock
from bot.core.ports import Address
from bot.core.rows import InstallationRow, InstallStateRow
from bot.data import scope
from bot.data.base import Base
from bot.data.units import Units
from bot.people.rows import CommunityRow, IdentityRow, PersonRow, PlaceRow, WorkspaceRow
from handlers.journal.rows import EntryRow
from manifest.scopes import CORE
from tests.adapters.slack.installing import Cloud, cloud

pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")  # slack_sdk's, against aiohttp 4

ANN, BOB, PLACE = "UANNT0001", "UBOBT0001", "CT0001"


@pytest.fixture
async def slack(units: Units, clock: WoundClock) -> AsyncIterator[Cloud]:
    async with cloud(units, clock) as made:
        yield made


async def read(units: Units, statement: Any) -> list[Any]:
    def work(session: Session) -> list[Any]:
        scope.enter(session, scope.SYSTEM)
        return list(session.execute(statement).all())

    return await units.read(work)


async def count(units: Units, row: Any) -> int:
    return int((await read(units, select(func.count()).select_from(row)))[0][0])


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


@pytest.mark.both_databases
async def test_tokens_are_sealed_states_are_digests_and_neither_is_logged(slack: Cloud, units: Units) -> None:
    north = slack.slacks["T0001"]
    north.oauth.rotates = True
    with capture_logs() as logs:
        begun = await slack.visits("/slack/install")
        await slack.installs("T0001")
        await slack.visits("/slack/oauth_redirect?code=SECRETCODE&state=x", cookie="slack-app-oauth-state=x")
    secrets = [*north.oauth.tokens, *north.oauth.refreshes, begun.state, "SECRETCODE"]
    stored = str(await read(units, text("SELECT * FROM installations"))) + str(await read(units, text("SELECT * FROM install_states")))
    found = await slack.replicas[0].parts.installations("slack").find("T0001")
    assert found is not None
    assert set(found.tokens.values()) <= set(secrets)
    for secret in secrets:
        assert secret not in stored
        assert secret not in str(logs)
        assert secret not in repr(found)


async def test_a_token_that_ends_soon_is_renewed_once_where_the_api_is(slack: Cloud) -> None:
    north = slack.slacks["T0001"]
    north.oauth.rotates, north.oauth.lasts = True, 600
    await slack.installs("T0001")
    north.oauth.lasts = 43_200
    await north.invite_bot(ANN, PLACE)
    await asyncio.gather(*(north.types(ANN, PLACE, f"/journal {number}") for number in range(5)))
    await slack.settles()
    await slack.winder().settle()
    assert north.oauth.renewed == 1
    found = await slack.replicas[0].parts.installations("slack").find("T0001")
    assert found is not None
    newest = list(north.oauth.tokens)[-1]
    assert found.tokens["bot_token"] == newest
    assert (await slack.replicas[0].workspaces.client("T0001")).bot_token == newest


async def test_a_token_that_cannot_be_renewed_yet_serves_until_its_end(slack: Cloud) -> None:
    north = slack.slacks["T0001"]
    north.oauth.rotates, north.oauth.lasts = True, 600
    await slack.installs("T0001")
    north.faults.add("oauth.v2.access", times=2, error="ratelimited")
    outcome = await north.invite_bot(ANN, PLACE)
    assert outcome.status == 200
    assert north.oauth.renewed == 0


async def test_a_token_that_has_ended_is_renewed_or_the_request_comes_again(slack: Cloud, units: Units) -> None:
    north = slack.slacks["T0001"]
    north.oauth.rotates = True
    await slack.installs("T0001")
    north.oauth.tokens = dict.fromkeys(north.oauth.tokens, 1.0)

    def age(session: Session) -> None:
        scope.enter(session, scope.SYSTEM)
        session.query(InstallationRow).update({"expires_at": datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC), "renewed_until": None})

    await units.run(age)
    north.faults.add("oauth.v2.access", error="internal_error")
    north.line.retry_delays = ()
    assert (await north.invite_bot(ANN, PLACE)).status == 500
    await units.run(age)
    assert (await north.redeliver(kind="event")).status == 200
    assert north.oauth.renewed == 1


async def test_a_token_that_slack_will_not_renew_any_more_is_said_to_be_over(slack: Cloud, units: Units) -> None:
    north = slack.slacks["T0001"]
    north.oauth.rotates = True
    await slack.installs("T0001")
    north.oauth.tokens = dict.fromkeys(north.oauth.tokens, 1.0)
    north.oauth.refreshes.clear()

    def age(session: Session) -> None:
        scope.enter(session, scope.SYSTEM)
        session.query(InstallationRow).update({"expires_at": datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC)})

    await units.run(age)
    await north.types(ANN, PLACE, "/journal x")
    assert "not installed" in json.dumps(north.screen(ANN))


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


@pytest.mark.parametrize("is_over", [False, True], ids=["ends soon", "has ended"])
async def test_two_processes_that_see_it_at_once_renew_a_token_once(units: Units, clock: WoundClock, is_over: bool) -> None:
    """A refresh token works once: whoever comes second goes on with the old token, or waits for the new one where that has ended."""
    async with cloud(units, clock, teams=("T0001",), replicas=2) as slack:
        north = slack.slacks["T0001"]
        north.oauth.rotates = True
        await slack.installs("T0001")
        if is_over:
            north.oauth.tokens = dict.fromkeys(north.oauth.tokens, 1.0)
        ends = datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC) if is_over else datetime.now(UTC) + timedelta(minutes=30)

        def age(session: Session) -> None:
            scope.enter(session, scope.SYSTEM)
            session.query(InstallationRow).update({"expires_at": ends, "renewed_until": None})

        await units.run(age)
        first, second = (replica.workspaces for replica in slack.replicas)
        clients = await asyncio.gather(*(each.client("T0001") for each in (first, second, first, second)))
        assert north.oauth.renewed == 1
        newest = list(north.oauth.tokens)[-1]
        if is_over:
            assert {each.bot_token for each in clients} == {newest}
        for each in (first, second):
            client = await each.client("T0001")
            assert client.bot_token == newest
            assert (await client.call("auth.test", {}, "repeatable"))["ok"]
        assert north.oauth.renewed == 1


async def test_a_lease_that_is_free_again_because_another_renewed_uses_no_refresh_token_twice(
    units: Units, clock: WoundClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with cloud(units, clock, teams=("T0001",), replicas=2) as slack:
        north = slack.slacks["T0001"]
        north.oauth.rotates, north.oauth.lasts = True, 600
        await slack.installs("T0001")
        north.oauth.lasts = 43_200
        first, second = (replica.workspaces for replica in slack.replicas)
        old = await second.store.async_find_bot(enterprise_id=None, team_id="T0001")
        assert old is not None
        rotator = second.authorize._rotator
        look = rotator._newest

        async def looks(bot: Bot) -> Bot | None:
            """It sees the old token, and then the other is faster."""
            found = await look(bot)
            if north.oauth.renewed == 0:
                await first.client("T0001")
            return found

        monkeypatch.setattr(rotator, "_newest", looks)
        found = await rotator.perform_bot_token_rotation(bot=old)
        assert found is not None
        assert found.bot_token == list(north.oauth.tokens)[-1]
        assert north.oauth.renewed == 1


async def test_a_proxy_is_not_asked_for_this_machine(units: Units, clock: WoundClock, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    async with cloud(units, clock, teams=("T0001",)) as slack:
        assert (await slack.installs("T0001")).status == 200
        assert (await slack.slacks["T0001"].invite_bot(ANN, PLACE)).status == 200
        await slack.settles()
        await slack.winder().settle()
        assert slack.slacks["T0001"].posted(ANN)


async def test_strangers_are_told_so_and_reach_nobody(slack: Cloud, units: Units) -> None:
    north = slack.slacks["T0001"]
    north.ws.installed = True  # as Slack sees it; we were never told
    with capture_logs() as logs:
        answer = await north.send_raw(
            "command=%2Fjournal&text=x&user_id=UANNT0001&channel_id=CT0001&channel_name=practice&team_id=T0001&trigger_id=1&api_app_id=A1"
        )
    assert (answer.status, b"not installed in this workspace" in answer.body) == (200, True)
    assert [log["team"] for log in logs if log["log_level"] == "warning"] == ["T0001"]
    assert await count(units, PersonRow) == 0


async def test_a_revoked_token_and_another_apps_request_are_refused(slack: Cloud, units: Units) -> None:
    await slack.installs("T0001")
    north = slack.slacks["T0001"]
    wrong = {"type": "event_callback", "team_id": "T0001", "api_app_id": "AOTHER", "event_id": "Ev1"}
    event = {"type": "message", "channel": "DANNT0001", "channel_type": "im", "user": ANN, "text": "hi", "ts": "1.0", "event_ts": "1.0"}
    with capture_logs() as logs:
        answer = await north.send_raw(json.dumps({**wrong, "event": event}), content_type="application/json")
    assert answer.status == 401
    assert "AOTHER" in str(logs)
    north.oauth.tokens.clear()
    slack.replicas[0].workspaces.authorize.authorize_result_cache.clear()  # another process, or the same after a restart
    with capture_logs() as logs:
        outcome = await north.types(ANN, PLACE, "/journal x")
    assert outcome.status == 200
    assert "not installed" in json.dumps(north.screen(ANN))
    assert "good no more" in str(logs)
    with pytest.raises(Unreachable):
        await slack.replicas[0].workspaces.client("T0001")
    assert await count(units, PersonRow) == 0


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


@pytest.mark.thorough
@pytest.mark.both_databases
async def test_taken_out_it_ends_at_once_and_a_month_later_everything_is_gone(slack: Cloud, units: Units, clock: WoundClock) -> None:
    for team in ("T0001", "T0002"):
        await slack.installs(team)
        await slack.slacks[team].invite_bot(f"UANN{team}", f"C{team}")
        await slack.slacks[team].types(f"UBOB{team}", f"C{team}", "/journal A canary.")
        await slack.settles()
    await slack.winder().settle()
    await slack.slacks["T0001"].uninstall()
    await slack.settles()
    (row,) = await read(units, select(InstallationRow).where(InstallationRow.workspace == "T0001"))
    assert row[0].tokens is None
    assert row[0].delete_at == clock.now() + timedelta(days=30)
    with pytest.raises(Unreachable, match="not installed"):
        await slack.replicas[0].adapter.name_of(Address("T0001", PLACE, "place"))
    assert await read(units, select(PlaceRow.closed_at).where(PlaceRow.external_id == PLACE)) == [(clock.now(),)]
    await slack.winder().advance(clock.now() + timedelta(days=29))
    assert await count(units, CommunityRow) == 2
    await slack.winder().advance(clock.now() + timedelta(days=1, hours=2))
    assert [each.external_id for each in await read(units, select(WorkspaceRow.external_id))] == ["T0002"]
    (kept,) = await read(units, select(CommunityRow.id))
    for each in Base.metadata.sorted_tables:
        if "community_id" in each.c:
            owners = {found[0] for found in await read(units, select(each.c.community_id).distinct())}
            assert owners <= {kept[0]}, each.name
    assert [row.workspace for row in await read(units, select(InstallationRow.workspace))] == ["T0002"]
    assert slack.slacks["T0002"].posted("UANNT0002")


@pytest.mark.thorough
async def test_installed_again_in_time_everything_stays_and_a_late_event_ends_nothing(
    slack: Cloud, units: Units, clock: WoundClock
) -> None:
    north = slack.slacks["T0001"]
    await slack.installs("T0001")
    await north.invite_bot(ANN, PLACE)
    await slack.settles()
    await north.uninstall()
    await slack.settles()
    await slack.winder().advance(clock.now() + timedelta(days=20))
    await slack.installs("T0001")
    north.ws.channels[PLACE].members.remove(north.bot_user_id)
    await north.redeliver(kind="event")  # the last thing that was sent: tokens_revoked
    await slack.winder().advance(clock.now() + timedelta(days=20))
    assert await count(units, CommunityRow) == 1
    before = len(north.posted(PLACE))
    await north.invite_bot(BOB, PLACE)
    await slack.settles()
    await slack.winder().settle()
    assert await read(units, select(PlaceRow.closed_at)) == [(None,)]
    assert len(north.posted(PLACE)) >= before
    assert [each.account for each in await read(units, select(IdentityRow.account).order_by(IdentityRow.account))] == [ANN, BOB]


async def test_a_persons_own_token_ends_nothing(slack: Cloud, units: Units) -> None:
    await slack.installs("T0001")
    event = {"type": "tokens_revoked", "tokens": {"oauth": ["UANNT0001"], "bot": []}, "event_ts": "1.0"}
    whole = {"type": "event_callback", "team_id": "T0001", "event_id": "Ev9", "event_time": 9999999999, "event": event}
    answer = await slack.slacks["T0001"].send_raw(json.dumps(whole), content_type="application/json")
    assert answer.status == 200
    assert await slack.replicas[0].parts.installations("slack").find("T0001") is not None
