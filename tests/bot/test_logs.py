"""A log holds one reference for each interaction, and nothing that people typed, that they are called, or that opens anything."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog

from bot import logs
from bot.core import dispatch, metrics
from bot.core.ports import Interaction
from bot.playground import Playground
from tests.kit.people import Person

At = Callable[[str], Person]
CANARY = "kanarienvogel"


@pytest.fixture
def everything_logged(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Logs as a real process writes them when it is asked for all that there is."""
    before = structlog.get_config()
    for module in (metrics, dispatch):  # a logger that was used before keeps the level that it had then
        monkeypatch.setattr(module, "log", structlog.get_logger())
    everything = structlog.make_filtering_bound_logger(logging.DEBUG)
    renderer = structlog.processors.JSONRenderer(ensure_ascii=False)
    structlog.configure(processors=logs.processors(renderer), wrapper_class=everything, cache_logger_on_first_use=False)
    structlog.contextvars.clear_contextvars()
    caplog.set_level("INFO")
    yield
    structlog.configure(**before)


def lines(words: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in words.splitlines() if line.startswith("{")]


@pytest.mark.thorough
@pytest.mark.usefixtures("everything_logged")
async def test_a_conversation_leaves_nothing_in_the_log_of_what_was_said(
    stage: Playground,
    person: At,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for member, other in ((person("BOB"), person("PRIYA")), (person("layla"), person("wei"))):
        await member.types(f"/journal {CANARY}")
        await member.types(f"{CANARY}, said by the way")
        await member.types(f"/{CANARY} is no command")
        await member.types(f"/thank {CANARY}")
        await member.types("/journal")
        await member.fills("Save", text=CANARY, visibility="private")
        await other.types(f"/poll {CANARY}? | {CANARY} one | two", in_place=True)
    stage.slack.faults.add("chat.postMessage", times=2, error="internal_error")
    stage.teams.faults.add("post", times=2, status=400, body={"error": {"code": CANARY, "message": CANARY}})

    def fail(*_given: object, **_named: object) -> None:
        raise RuntimeError(CANARY)

    with monkeypatch.context() as patch:
        patch.setattr("handlers.journal.store.insert_entry", fail)
        await person("BOB").types(f"/journal {CANARY} that fails")
    await stage.winder.settle()
    out = capfd.readouterr()
    logged = out.out + out.err + caplog.text
    told = lines(logged)
    assert sum(line["event"] == "interaction" and line["outcome"] == "done" for line in told) > 10, "everything is there to be searched"
    assert {line.get("platform") for line in told if line["event"] == "interaction"} == {"slack", "teams"}
    secrets = [stage.slack.bot_token, stage.slack.signing_secret, stage.slack.app_token, "Bearer", "eyJ"]
    for word in (CANARY, *secrets, *(person(name).who.name for name in ("BOB", "layla", "PRIYA", "wei"))):
        assert word not in logged, [line for line in logged.splitlines() if word in line]


@pytest.mark.usefixtures("everything_logged")
async def test_all_lines_of_an_interaction_have_the_reference_that_the_person_is_told(
    stage: Playground, person: At, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_given: object, **_named: object) -> None:
        raise RuntimeError

    bob = person("BOB")
    await bob.types("/convene")
    with monkeypatch.context() as patch:
        patch.setattr("handlers.journal.store.insert_entry", fail)
        await bob.types("/journal one")
        await bob.types("/journal another")
    told = lines(capfd.readouterr().out)
    failed = [line for line in told if line["event"] == "interaction failed"]
    references = [line["reference"] for line in failed]
    assert len(set(references)) == 2
    assert all(re.fullmatch("[0-9A-F]{6}", reference) for reference in references)
    bob.sees(*(f"tell your lead this reference: {reference}" for reference in references))
    for reference in references:
        assert [line["event"] for line in told if line.get("reference") == reference] == ["interaction", "interaction failed"]
    assert [line["outcome"] for line in told if line.get("reference") in references and "outcome" in line] == ["failed", "failed"]
    assert Interaction.__name__ not in json.dumps(failed)


def test_only_what_was_not_simply_done_is_told_without_being_asked(capfd: pytest.CaptureFixture[str]) -> None:
    before = structlog.get_config()
    try:
        for more in (False, True):
            logs.configure(more=more)
            structlog.get_logger().debug("interaction", outcome="done", text="words")
            assert [line["text"] for line in lines(capfd.readouterr().out)] == (["(not logged)"] if more else [])
    finally:
        structlog.reset_defaults()
        structlog.configure(**before)
