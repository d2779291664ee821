"""What a reader sees."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapters.playground.slack.mrkdwn import Reader, compose, decode, escape, unescape
from tests.adapters.playground.slack.stage import START, Stage

Json = dict[str, Any]
READER = Reader("Europe/Berlin", "de-DE", START, {"UANN": "Ann", "UBOB": "Bob"}, {"CGEN": "general"})
NOON = int(datetime(2026, 3, 2, 11, 0, tzinfo=UTC).timestamp())


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        ("<@UANN> & <@UNONE>", "@Ann & @UNONE"),
        ("<#CGEN> <#CNONE|hidden>", "#general #hidden"),
        ("<https://a.example|here> <https://b.example> <mailto:a@b.example>", "here https://b.example a@b.example"),
        ("1 &lt; 2 &amp;amp; 3", "1 < 2 &amp; 3"),
        ("<!channel> <!here|here> <!subteam^S1|@leads>", "@channel here @leads"),
        (f"<!date^{NOON}^{{date_num}} {{time}}|later>", "2026-03-02 12:00"),
        (f"<!date^{NOON}^{{date_short_pretty}} at {{time}}^https://a.example|later>", "today at 12:00"),
        (f"<!date^{NOON + 86400}^{{date_pretty}}|later>", "tomorrow"),
        (f"<!date^{NOON}^{{date_long}}|later>", "Monday, March 2, 2026"),
        (f"<!date^{NOON}^{{nonsense}}|later>", "later"),
        ("<!date^soon^{time}|later>", "later"),
    ],
)
def test_markup_as_it_reads(raw: str, read: str) -> None:
    assert decode(raw, READER) == read


def test_dates_are_in_the_readers_zone_and_manner() -> None:
    american = Reader("America/New_York", "en-US", START + timedelta(days=9), {}, {})
    assert decode(f"<!date^{NOON}^{{date_short}} {{time}} {{time_secs}}|x>", american) == "Mar 2, 2026 6:00 AM 6:00:00 AM"


@pytest.mark.parametrize("text", ["", "<!channel> & <@UANN>", "&lt;", "a &amp; b"])
def test_escaping_is_undone_by_reading(text: str) -> None:
    assert unescape(escape(text)) == text
    assert decode(escape(text), READER) == text


def test_a_longer_name_is_meant_before_a_shorter_one() -> None:
    assert compose("@Ann Lee and @Ann, mail a@Ann", {"Ann": "U1", "Ann Lee": "U2"}, {}) == "<@U2> and <@U1>, mail a@Ann"


async def test_every_block_gives_its_words(stage: Stage) -> None:
    def plain(text: str) -> Json:
        return {"type": "plain_text", "text": text}

    options = [{"text": plain("First"), "value": "1", "description": plain("the first")}]
    blocks: list[Json] = [
        {"type": "header", "text": plain("A head")},
        {
            "type": "section",
            "text": {"type": "mrkdwn", "text": "*Bold* _slanted_ ~gone~ `code` 2*3*4 <@UBOB>"},
            "fields": [plain("A field")],
            "accessory": {"type": "button", "action_id": "go", "text": plain("Go"), "url": "https://a.example"},
        },
        {"type": "context", "elements": [plain("A foot"), {"type": "image", "alt_text": "a face", "image_url": "https://a.example"}]},
        {"type": "actions", "elements": [{"type": "radio_buttons", "action_id": "r", "options": options}]},
        {"type": "actions", "elements": [{"type": "users_select", "action_id": "u", "initial_user": "UBOB"}]},
        {"type": "actions", "elements": [{"type": "datepicker", "placeholder": plain("A date")}]},
        {"type": "image", "alt_text": "a picture", "image_url": "https://a.example", "title": plain("A title")},
        {"type": "input", "block_id": "i", "label": plain("A label"), "hint": plain("A hint"), "element": {"type": "plain_text_input"}},
        {
            "type": "rich_text",
            "elements": [
                {
                    "type": "rich_text_list",
                    "style": "bullet",
                    "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "An item"}]}],
                },
                {
                    "type": "rich_text_section",
                    "elements": [
                        {"type": "text", "text": "to "},
                        {"type": "user", "user_id": "UBOB"},
                        {"type": "link", "url": "https://a.example", "text": " a link"},
                        {"type": "channel", "channel_id": "CGEN"},
                        {"type": "emoji", "name": "tada"},
                        {"type": "date", "timestamp": NOON, "format": " {time}"},
                    ],
                },
            ],
        },
        {"type": "markdown", "text": "**strong** words"},
        {"type": "table", "rows": [[{"type": "raw_text", "text": "one"}, {"type": "raw_text", "text": "two"}]]},
        {
            "type": "data_visualization",
            "title": "A chart",
            "chart": {"type": "pie", "segments": [{"label": "yes", "value": 3}]},
        },
    ]
    answer = await stage.api("chat.postMessage", channel="CGEN", text="x", blocks=blocks)
    assert answer["ok"], answer
    message = stage.messages("UANN", "CGEN")[0]
    for words in (
        (
            "A head|Bold slanted gone code 2*3*4 @Bob|A field|Go|A foot|a face|First|the first|Bob|A date|A title|a picture|A label|A hint|"
            "An item|to @Bob a link#general:tada: 12:00|one | two|A chart|yes: 3"
        )
        .replace(" | ", " / ")
        .split("|")
    ):
        assert words.replace(" / ", " | ") in message["plain"].split("\n")
    controls = {each["id"]: each for each in message["controls"]}
    assert (controls["go"]["kind"], controls["go"]["url"]) == ("link", "https://a.example")
    assert {"value": "UBOB", "label": "Bob"} in controls["u"]["options"]
    drawn = message["drawn"]["blocks"]
    assert drawn[1]["accessory"]["_control"] == "go"
    assert "@Bob" in drawn[1]["text"]["_read"]
    assert "_control" not in str(message["body"])
    assert len(controls) == len(message["controls"])


async def test_two_buttons_of_the_same_name_are_two_controls(stage: Stage) -> None:
    button = {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}}
    twice = [{"type": "actions", "elements": [{**button, "value": value}]} for value in ("1", "2")]
    posted = await stage.api("chat.postMessage", channel="CGEN", text="x", blocks=twice)
    await stage.slack.settles()
    assert [each["id"] for each in stage.messages("UANN", "CGEN")[0]["controls"]] == ["go", "go#2"]
    await stage.slack.presses("UANN", posted["ts"], "go#2")
    assert stage.bot.heard[-1].payload["actions"][0]["value"] == "2"


async def test_the_screen_tells_the_commands_and_the_times(stage: Stage) -> None:
    await stage.slack.types("UANN", "CGEN", "one")
    await stage.slack.types("UANN", "CGEN", "two")
    screen = stage.slack.screen("UANN")
    assert screen["commands"][0] == {"name": "/poll", "hint": "question | options", "about": "Ask"}
    first, second = stage.messages("UANN", "CGEN")
    assert first["at"].startswith("2026-03-02T09:00:00")
    assert first["id"] < second["id"]
    assert {each["id"] for each in screen["conversations"]} == {"DANN", "CGEN", "CQUIET", "GLEADS", "GSECRET"}
    assert [each["kind"] for each in screen["conversations"] if each["id"] == "DANN"] == ["chat"]


async def test_notices_are_at_most_twenty(stage: Stage) -> None:
    for number in range(25):
        await stage.slack.types("UANN", "CGEN", f"/no{number}")
    assert len(stage.slack.screen("UANN")["notices"]) == 20
