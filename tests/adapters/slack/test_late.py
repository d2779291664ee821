"""What comes too late: triggers that ran out, windows that are others by now, addresses that are spent, units that take long."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from structlog.testing import capture_logs

from adapters.slack import answers
from bot.chat.message import Button, Buttons, Message
from bot.chat.reply import Open, Reply, Say
from bot.core.ports import Answer, Interaction, Submitted, Wrote
from tests.adapters.slack.stage import Stage, staged
from tests.adapters.slack.test_conversations import GENERAL, Vote, complains, entry

PAYLOAD = '["poll.vote",{"poll":"1"}]'
CARD = Message("Vote", (Buttons((Button("Pizza", PAYLOAD),)),))


async def test_a_response_url_that_was_used_five_times_is_left_and_the_answer_arrives(stage: Stage) -> None:
    posted = await stage.adapter.post(GENERAL, CARD, "1.1")
    stage.script.says("Counted")
    urls = stage.slack.ws.hooks

    def spend(_interaction: Interaction) -> Reply:
        for hook in urls.values():
            hook.uses = 5
        return Say(Message("Counted"))

    stage.script.reply = spend
    await stage.slack.presses("UANN", posted.message_id, "press.0")
    await stage.settles()
    assert [call.answer.get("error") for call in stage.slack.calls if call.method == "response_url"] == ["used_url"]
    last = stage.last("UANN", "CGEN")
    assert (last["plain"], last["private"]) == ("Counted", True)
    assert [each["plain"] for each in stage.messages("UANN", "CGEN")].count("Counted") == 1


async def test_a_response_url_that_is_spent_for_a_card_of_ones_own_says_it_anew(stage: Stage) -> None:
    stage.script.says("A card", Buttons((Button("Go", Vote(1)),)))
    await stage.slack.types("UANN", "CGEN", "/poll x")
    card = stage.last("UANN", "CGEN")
    stage.slack.faults.add("response_url", status=404, error="expired_url")
    stage.script.says("Done", instead=True)
    await stage.slack.presses("UANN", card["id"], stage.control(card, "Go"))
    await stage.settles()
    assert stage.last("UANN", "CGEN")["plain"] == "Done"


async def test_a_form_whose_trigger_ran_out_is_offered_by_a_button_that_opens_it(stage: Stage) -> None:
    posted = await stage.adapter.post(GENERAL, CARD, "1.1")
    stage.script.reply = Open(entry(), again=PAYLOAD)
    for code in ("expired_trigger_id", "exchanged_trigger_id"):
        stage.slack.faults.add("views.open", error=code)
        await stage.slack.presses("UANN", posted.message_id, "press.0")
        await stage.settles()
        assert stage.dialog is None
        offer = stage.last("UANN", "CGEN")
        assert "nothing has happened yet" in offer["plain"]
    await stage.slack.presses("UANN", offer["id"], stage.control(offer, "Open the form"))
    await stage.settles()
    assert stage.dialog["title"] == "A new entry"


async def submitted_again(stage: Stage, view: dict[str, object]) -> int:
    body = {"type": "view_submission", "team": {"id": "T0001"}, "user": {"id": "UANN"}, "view": view}
    return (await stage.slack.send_raw(urlencode({"payload": json.dumps(body)}))).status or 0


async def test_a_window_whose_hash_is_old_is_known_by_its_form(stage: Stage) -> None:
    stage.script.reply = Open(entry())
    await stage.slack.types("UANN", "CGEN", "/journal")
    stage.script.reply = complains({"": "Not yet."})
    await stage.slack.submits("UANN", stage.dialog["id"], {"heading": "x"})
    opened = next(call.arguments["view"] for call in stage.slack.calls if call.method == "views.open")
    old = {**opened, "id": stage.dialog["id"], "hash": "1.old", "state": {"values": {}}}
    assert await submitted_again(stage, old) == 200
    one, two = [heard for heard in stage.script.heard if isinstance(heard.did, Submitted)]
    assert one.key == two.key == "form:n-1", "so that the machine takes it once"


@pytest.mark.parametrize("code", ["hash_conflict", "not_found"])
async def test_a_window_that_changed_or_closed_while_its_answer_was_made_loses_nothing(code: str) -> None:
    async with staged(patience=0.05) as stage:
        stage.script.reply = Open(entry())
        await stage.slack.types("UANN", "CGEN", "/journal")
        stage.script.delay = 0.1
        stage.script.reply = complains({"heading": "Too short."})
        stage.slack.faults.add("views.update", error=code)
        await stage.slack.submits("UANN", stage.dialog["id"], {"heading": "What I had typed"})
        await stage.settles()
        assert "What I had typed" in stage.last("UANN", "CGEN")["plain"]


async def test_an_event_is_acknowledged_only_once_it_is_stored() -> None:
    async with staged(patience=0.02) as stage:
        stage.script.delay = 0.06
        stage.script.says("Kept")
        outcome = await stage.slack.types("UANN", "DANN", "hello")
        assert outcome.status == 200
        assert [(each.kind, each.key) for each in stage.inbox.stored] == [("event", stage.script.last.key)]
        await stage.settles()
        assert stage.last("UANN", "DANN")["plain"] == "Kept"
        assert stage.inbox.held == [], "it was handled and answered"


async def test_an_event_that_can_be_stored_nowhere_is_not_acknowledged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.slack.edge.STORING", 0.01)
    async with staged(patience=0.02) as stage:
        stage.inbox.is_full = True
        stage.script.delay = 0.2
        stage.script.says("Kept")
        outcome = await stage.slack.types("UANN", "DANN", "hello")
        assert outcome.status == 503, "so that it comes again, should this process die now"
        stage.script.delay = 0
        await stage.settles()
        assert len({heard.key for heard in stage.script.heard}) == 1
        assert all(isinstance(heard.did, Wrote) for heard in stage.script.heard)


LAST = {"X-Slack-Retry-Num": "3", "X-Slack-Retry-Reason": "http_error"}


@pytest.mark.parametrize("by_socket", [False, True])
async def test_what_slack_sends_no_more_is_held_until_it_can_be_stored(monkeypatch: pytest.MonkeyPatch, *, by_socket: bool) -> None:
    monkeypatch.setattr("adapters.slack.edge.TRIES_AGAIN", 0.01)
    async with staged(by_socket=by_socket) as stage:
        line = stage.slack.line
        line.retry_delays, line.deadline = (), 0.5
        await stage.slack.types("UANN", "DANN", "One.")
        stage.script.is_busy = stage.inbox.is_full = True
        stage.script.says("I am busy just now")
        await stage.slack.edits("UANN", stage.last("UANN", "DANN")["id"], "Two.")
        for number in ("1", "2", "3"):
            answer = await line.send_again(line.sent[-1], {**LAST, "X-Slack-Retry-Num": number})
            assert not answer.ok, "nothing is acknowledged before it is stored or answered"
            assert stage.adapter.door.waiting.held == (number == "3")
        assert stage.inbox.stored == []
        stage.inbox.is_full = False
        await stage.settles()
        assert [(each.kind, each.key) for each in stage.inbox.held] == [("event", stage.script.last.key)]
        assert "busy" not in str(stage.messages("UANN", "DANN"))


async def test_words_that_found_no_time_to_the_last_are_given_back_and_not_held_as_well() -> None:
    async with staged() as stage:
        stage.slack.line.retry_delays = ()
        stage.script.is_busy = stage.inbox.is_full = True
        await stage.slack.types("UANN", "DANN", "Words.")
        assert (await stage.slack.line.send_again(stage.slack.line.sent[-1], LAST)).ok, "it is answered"
        await stage.settles()
        assert stage.last("UANN", "DANN")["plain"] == "I am busy just now"
        assert stage.adapter.door.waiting.held == 0


async def test_what_slack_tells_and_nobody_hears_of_is_stored_where_it_failed(stage: Stage) -> None:
    """Whoever did something hears that it failed; of a channel's new name nobody does, so it is tried again."""
    stage.script.is_broken = True
    assert (await stage.slack.rename_channel("CGEN", "practice")).status == 200
    assert (await stage.slack.change_profile("UBOB", name="Robert")).status == 200
    assert [(each.kind, each.key) for each in stage.inbox.held] == [("event", heard.key) for heard in stage.script.heard]
    await stage.slack.types("UANN", "DANN", "Words.")
    await stage.settles()
    assert (len(stage.inbox.held), stage.last("UANN", "DANN")["plain"]) == (2, "Something went wrong")
    assert "went wrong" not in str(stage.slack.screen("UBOB"))


async def test_what_is_held_when_the_process_ends_is_told_in_the_log(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.slack.edge.MOST_HELD", 1)
    with capture_logs() as logs:
        async with staged() as stage:
            line = stage.slack.line
            line.retry_delays = ()
            await stage.slack.types("UANN", "DANN", "One.")
            stage.script.is_busy = stage.inbox.is_full = True
            await stage.slack.edits("UANN", stage.last("UANN", "DANN")["id"], "Two.")
            for _time in range(2):
                assert not (await line.send_again(line.sent[-1], LAST)).ok
            await stage.adapter.door.waiting.close(0.01)
    assert [each["event"].partition(":")[0] for each in logs if each["log_level"] == "error"] == ["an event is lost"] * 2


@pytest.mark.parametrize("is_full", [False, True])
async def test_a_command_that_takes_long_is_stored_before_it_is_acknowledged(monkeypatch: pytest.MonkeyPatch, *, is_full: bool) -> None:
    monkeypatch.setattr("adapters.slack.edge.STORING", 0.01)
    async with staged(patience=0.02) as stage:
        stage.inbox.is_full, stage.script.delay = is_full, 0.15
        stage.script.says("Done at last")
        outcome = await stage.slack.types("UANN", "CGEN", "/poll x")
        assert outcome.status == (503 if is_full else 200), "what nobody keeps is not acknowledged"
        assert [each.kind for each in stage.inbox.held] == ([] if is_full else ["command"])
        await stage.settles()
        assert stage.last("UANN", "CGEN")["plain"] == "Done at last"
        assert stage.inbox.held == []


async def test_what_found_no_time_is_stored_and_answered_later() -> None:
    async with staged() as stage:
        posted = await stage.adapter.post(GENERAL, CARD, "1.1")
        stage.script.is_busy = True
        for outcome in (
            await stage.slack.types("UANN", "CGEN", "/poll x"),
            await stage.slack.presses("UANN", posted.message_id, "press.0"),
            await stage.slack.types("UANN", "DANN", "hello"),
        ):
            assert outcome.status == 200
        await stage.settles()
        assert "busy" not in str(stage.messages("UANN", "CGEN"))
        assert [each.kind for each in stage.inbox.held] == ["command", "press", "event"]
        stage.script.is_busy = False
        for number, stored in enumerate(list(stage.inbox.held)):
            stage.script.says(f"Answer {number}")
            stored.lease, stored.is_last = 1, True
            await stage.adapter.take_up(stored)
        await stage.settles()
        assert [each["plain"] for each in stage.messages("UANN", "CGEN") if each["private"]] == ["Answer 0", "Answer 1"]
        assert stage.last("UANN", "DANN")["plain"] == "Answer 2"


async def test_a_late_answer_whose_way_was_lost_is_looked_for_by_itself_and_stands_there_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever takes up what was stored has less patience than the look takes."""
    monkeypatch.setattr(answers, "LOOKS_AFTER", 0.3)
    monkeypatch.setattr("adapters.slack.looking.SKEW", timedelta(days=365))  # the clock of the faked platform stands still
    async with staged() as stage:
        stage.script.is_busy = True
        await stage.slack.types("UANN", "CGEN", "/poll x")
        (stored,) = stage.inbox.held
        stored.age, stored.answer = timedelta(hours=1), Answer(Say(Message("Counted")))
        stage.slack.faults.add("chat.postMessage", status=504, effect="before")
        async with asyncio.timeout(0.2):
            await stage.adapter.take_up(stored)
        await stage.settles()
        assert [each["plain"] for each in stage.messages("UANN", "DANN")] == ["Counted"]
        assert len(stage.called("conversations.history")) == 1


async def test_an_answer_that_comes_an_hour_later_goes_to_ones_own_chat() -> None:
    async with staged() as stage:
        stage.script.is_busy = True
        await stage.slack.types("UANN", "CGEN", "/poll x")
        (stored,) = stage.inbox.held
        stored.age, stored.answer = timedelta(hours=1), Answer(Say(Message("Counted")))
        await stage.adapter.take_up(stored)
        await stage.settles()
        assert stage.last("UANN", "DANN")["plain"] == "Counted"
        assert len(stage.script.heard) == 1, "what has its answer is handled"
