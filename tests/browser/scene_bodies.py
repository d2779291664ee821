"""What the stub's bot says: blocks and cards that use what the renderers know."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text, "emoji": True}


def button(control: str, text: str, style: str | None = None) -> Json:
    made = {"type": "button", "text": plain(text), "action_id": control, "_control": control}
    return {**made, "style": style} if style else made


def options(*labels: str) -> list[Json]:
    return [{"text": plain(label), "value": label.lower()} for label in labels]


ACTIVITY: list[Json] = [
    {"type": "header", "text": plain("Day 9 of 30 · The question behind the question")},
    {
        "type": "section",
        "text": mrkdwn(
            "When somebody asks you for help today, ask *one question more* before you answer.\n"
            "• _Two minutes:_ write the question down.\n• _Go further:_ ask what they have tried."
        ),
    },
    {"type": "context", "elements": [mrkdwn("14 of 21 took part yesterday · <https://example.org/pack|about this pack>")]},
    {
        "type": "actions",
        "elements": [
            button("done", "Done", "primary"),
            button("journal", "Write journal"),
            {"type": "overflow", "action_id": "more", "_control": "more", "options": options("Snooze", "Pause")},
        ],
    },
]
POLL: list[Json] = [
    {"type": "section", "text": mrkdwn("*Which evening suits the half-time talk?*\nasked by <@U1> · closes at 18:00")},
    {
        "type": "data_visualization",
        "title": "So far",
        "chart": {
            "type": "bar",
            "series": [
                {
                    "name": "Votes",
                    "data": [{"label": "Tuesday", "value": 4}, {"label": "Wednesday", "value": 2}, {"label": "Thursday", "value": 9}],
                }
            ],
            "axis_config": {"categories": ["Tuesday", "Wednesday", "Thursday"]},
        },
    },
    {"type": "actions", "elements": [button("v1", "Tuesday"), button("v2", "Wednesday"), button("v3", "Thursday")]},
]
MODAL: Json = {
    "type": "modal",
    "title": plain("Write journal"),
    "close": plain("Not now"),
    "submit": plain("Save entry"),
    "blocks": [
        {"type": "section", "text": mrkdwn("Day 9: *the question behind the question*")},
        {
            "type": "input",
            "block_id": "b1",
            "label": plain("What happened?"),
            "hint": plain("A line is enough."),
            "element": {"type": "plain_text_input", "action_id": "entry", "_control": "entry", "multiline": True, "max_length": 3000},
        },
        {
            "type": "input",
            "optional": True,
            "label": plain("Who may read it?"),
            "element": {
                "type": "radio_buttons",
                "action_id": "audience",
                "_control": "audience",
                "options": options("Private", "Partner", "Community"),
                "initial_option": options("Private")[0],
            },
        },
        {
            "type": "input",
            "optional": True,
            "label": plain("Day"),
            "element": {"type": "datepicker", "action_id": "day", "_control": "day"},
        },
    ],
}
HOME: Json = {
    "type": "home",
    "blocks": [
        {"type": "header", "text": plain("Your day")},
        {
            "type": "section",
            "text": mrkdwn("*Day 9 of 30.* Eight days done, one rest day."),
            "accessory": button("done", "Done", "primary"),
        },
        {"type": "divider"},
        {
            "type": "actions",
            "elements": [
                {
                    "type": "static_select",
                    "action_id": "hour",
                    "_control": "hour",
                    "placeholder": plain("My hour"),
                    "options": options("08:00", "09:00", "10:00"),
                }
            ],
        },
    ],
}
CARD: Json = {
    "type": "AdaptiveCard",
    "version": "1.5",
    "body": [
        {
            "type": "TextBlock",
            "style": "heading",
            "size": "Medium",
            "weight": "Bolder",
            "text": "Opinion request: the new review rule",
            "wrap": True,
        },
        {
            "type": "TextBlock",
            "wrap": True,
            "text": "What does it change in *your* practice? Statements are open until "
            "{{DATE(2026-11-06T17:00:00Z, SHORT)}}, {{TIME(2026-11-06T17:00:00Z)}}.",
        },
        {
            "type": "FactSet",
            "facts": [
                {"title": "Phase", "value": "Statements (2 of 5)"},
                {"title": "For", "value": "Ourselves"},
                {"title": "Speaks for us", "value": "سلمى حداد"},
            ],
        },
        {
            "type": "Chart.HorizontalBar",
            "title": "Where we agree so far",
            "data": [{"x": "Pairs review better", "y": 11}, {"x": "Two days are enough", "y": 6}, {"x": "Rule is clear", "y": 3}],
            "fallback": {"type": "TextBlock", "text": "11 · 6 · 3"},
        },
    ],
    "actions": [
        {"type": "Action.Execute", "verb": "add", "title": "Add a statement", "style": "positive", "_control": "journal"},
        {"type": "Action.Execute", "verb": "answer", "title": "Answer others", "_control": "answer"},
        {
            "type": "Action.ShowCard",
            "title": "What is this?",
            "_control": "show",
            "card": {
                "type": "AdaptiveCard",
                "body": [{"type": "TextBlock", "wrap": True, "text": "Disagreement is **the point**: it is kept."}],
            },
        },
    ],
}
FORM_INPUTS: list[Json] = [
    {"type": "Input.Text", "id": "entry", "label": "What happened?", "isMultiline": True, "isRequired": True, "_control": "entry"},
    {
        "type": "Input.ChoiceSet",
        "id": "audience",
        "label": "Who may read it?",
        "style": "expanded",
        "value": "private",
        "choices": [{"title": "Private", "value": "private"}, {"title": "Partner", "value": "partner"}],
        "_control": "audience",
    },
    {"type": "Input.Toggle", "id": "done", "label": "Day", "title": "Mark the day as done", "value": "true", "_control": "done"},
    {"type": "Input.Date", "id": "day", "label": "Which day?", "_control": "day"},
    {"type": "Input.Number", "id": "minutes", "label": "Minutes", "_control": "minutes"},
]
CARD_FORM: Json = {
    "type": "AdaptiveCard",
    "version": "1.5",
    "body": [{"type": "TextBlock", "style": "heading", "text": "Write journal"}, *FORM_INPUTS],
    "actions": [{"type": "Action.Execute", "verb": "save", "title": "Save entry", "_control": "save"}],
}
TASK: Json = {"type": "AdaptiveCard", "version": "1.5", "body": FORM_INPUTS, "actions": []}
