"""Who has not installed the app, or has taken it out, is told so; what was theirs goes in time."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from bot.chat.errors import Unreachable
from bot.core.clock import WoundClock
from bot.core.ports import Address
from bot.core.rows import InstallationRow
from bot.data.base import Base
from bot.data.units import Units
from bot.people.rows import CommunityRow, IdentityRow, PersonRow, PlaceRow, WorkspaceRow
from tests.adapters.slack.installing import ANN, BOB, PLACE, Cloud, count, read

pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")  # slack_sdk's, against aiohttp 4


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
