"""Where a free text goes, as one table: whoever changes a line changes what people are answered."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.command import Typed
from bot.core.routing import (
    AnswerQuestion,
    AskWhatItIs,
    CommandTyped,
    Help,
    NotForUs,
    Route,
    TakeReply,
    TodaysEntry,
    UnknownCommand,
    route,
)

KNOWN = ("convene", "journal", "poll", "challenge", "partner", "done")
LINES = ("journal list", "convene settings")
PAYLOAD = '["challenge.day",{"challenge":"17","number":"3"}]'


@dataclass(frozen=True)
class Where:
    """What is known beside the text."""

    in_chat: bool = True
    mentions_bot: bool = False
    replies_to: str | None = None
    question_is_open: bool = False
    day_is_open: bool = False


CHAT = Where()
DAY = Where(day_is_open=True)
ASKED = Where(question_is_open=True)
ASKED_ON_A_DAY = Where(question_is_open=True, day_is_open=True)
REPLY = Where(replies_to=PAYLOAD, day_is_open=True, question_is_open=True)
PLACE = Where(in_chat=False)
MENTIONED = Where(in_chat=False, mentions_bot=True)
REPLY_IN_PLACE = Where(in_chat=False, replies_to=PAYLOAD)
MENTION_IN_REPLY = Where(in_chat=False, mentions_bot=True, replies_to=PAYLOAD)

JOURNAL = CommandTyped(Typed("journal", ""))
ENTRY, ASK, HELP, OTHERS, TAKEN = TodaysEntry(), AskWhatItIs(), Help(), NotForUs(), TakeReply(PAYLOAD)
YES, NO = AnswerQuestion(is_yes=True), AnswerQuestion(is_yes=False)

TABLE: tuple[tuple[str, Where, Route], ...] = (
    # sentences that begin with the name of a command are sentences
    ("Challenge was hard today", CHAT, ASK),
    ("Challenge was hard today", DAY, ENTRY),
    ("journal I failed", CHAT, ASK),
    ("journal I failed", DAY, ENTRY),
    ("poll results were odd", DAY, ENTRY),
    ("Partner did not come", CHAT, ASK),
    ("done with it all", DAY, ENTRY),
    ("done!", CHAT, ASK),
    ("done!", DAY, ENTRY),
    ("done|dusted", DAY, ENTRY),
    ("journal.", DAY, ENTRY),
    # bars between what stands behind it are no sentence
    ("poll Lunch? | Pizza | Sushi", CHAT, CommandTyped(Typed("poll", "Lunch? | Pizza | Sushi"))),
    ("Poll Lunch? | Pizza", DAY, CommandTyped(Typed("poll", "Lunch? | Pizza"))),
    ("We asked | and nobody came", DAY, ENTRY),
    ("poll Lunch? | Pizza", REPLY, CommandTyped(Typed("poll", "Lunch? | Pizza"))),
    ("poll Lunch? | Pizza", MENTION_IN_REPLY, CommandTyped(Typed("poll", "Lunch? | Pizza"))),
    ("poll Lunch? | Pizza", REPLY_IN_PLACE, TAKEN),
    ("poll Lunch? | Pizza", PLACE, OTHERS),
    # a word that the command knows, alone behind its name, is no sentence either
    ("journal list", DAY, CommandTyped(Typed("journal", "list"))),
    ("Convene Settings", CHAT, CommandTyped(Typed("convene", "Settings"))),
    ("journal list of all that went well", DAY, ENTRY),
    ("poll list", DAY, ENTRY),
    ("journal list", REPLY, TAKEN),
    # the exact name of a command, alone
    ("journal", CHAT, JOURNAL),
    ("Journal", DAY, JOURNAL),
    ("  JOURNAL \n", CHAT, JOURNAL),
    ("done", DAY, CommandTyped(Typed("done", ""))),
    ("journal", ASKED_ON_A_DAY, JOURNAL),
    # a slash says that it is meant as a command
    ("/journal", CHAT, JOURNAL),
    ("/journal felt good", CHAT, CommandTyped(Typed("journal", "felt good"))),
    ("/Journal felt good", DAY, CommandTyped(Typed("journal", "felt good"))),
    ("  /journal   two  blanks", CHAT, CommandTyped(Typed("journal", "two  blanks"))),
    ("/journal one\ntwo", CHAT, CommandTyped(Typed("journal", "one\ntwo"))),
    ("/journal\non its own line", CHAT, CommandTyped(Typed("journal", "on its own line"))),
    ("/poll Lunch? | Pizza | Sushi", CHAT, CommandTyped(Typed("poll", "Lunch? | Pizza | Sushi"))),
    ("/journal felt good", REPLY, CommandTyped(Typed("journal", "felt good"))),
    ("/journal felt good", MENTIONED, CommandTyped(Typed("journal", "felt good"))),
    ("/journal felt good", PLACE, OTHERS),
    ("/jornal x", CHAT, UnknownCommand("/jornal", "journal")),
    ("/jornal x", DAY, UnknownCommand("/jornal", "journal")),
    ("/jornal x", REPLY, UnknownCommand("/jornal", "journal")),
    ("/xqzw", CHAT, UnknownCommand("/xqzw", None)),
    ("//", DAY, UnknownCommand("//", None)),
    ("/ 5 of 7 done", DAY, ENTRY),
    ("/", CHAT, ASK),
    ("5/7 done", DAY, ENTRY),
    ("see https://example.org/journal", DAY, ENTRY),
    # greetings and cries for help
    ("", CHAT, HELP),
    ("   ", DAY, HELP),
    ("help", DAY, HELP),
    ("Hello", CHAT, HELP),
    ("?", CHAT, HELP),
    ("help me stay calm", CHAT, ASK),
    ("help me stay calm", DAY, ENTRY),
    ("hello world was my first program", DAY, ENTRY),
    # plain words
    ("thanks", CHAT, ASK),
    ("thanks", DAY, ENTRY),
    ("🙂", CHAT, ASK),
    ("🙂🎉", DAY, ENTRY),
    ("今日は質問を一つ多くした", DAY, ENTRY),
    ("لقد تعلمت اليوم", CHAT, ASK),
    ("a" * 5000, DAY, ENTRY),
    # yes and no answer a question only while one is open
    ("yes", CHAT, ASK),
    ("yes", DAY, ENTRY),
    ("yes", ASKED, YES),
    ("Yes!", ASKED, YES),
    ("ok.", ASKED, YES),
    ("yes please", ASKED_ON_A_DAY, YES),
    ("no", ASKED, NO),
    ("No thanks", ASKED, NO),
    ("never mind", ASKED_ON_A_DAY, NO),
    ("no", CHAT, ASK),
    ("yes, that helped", ASKED, ASK),
    ("yes, that helped", ASKED_ON_A_DAY, ENTRY),
    ("nobody came", ASKED_ON_A_DAY, ENTRY),
    ("yes", MENTIONED, ASK),
    # replies to a message of ours
    ("It went well", REPLY, TAKEN),
    ("yes", REPLY, TAKEN),
    ("journal", REPLY, TAKEN),
    ("help", REPLY, TAKEN),
    ("🙂", REPLY_IN_PLACE, TAKEN),
    ("It went well", REPLY_IN_PLACE, TAKEN),
    ("", REPLY_IN_PLACE, OTHERS),
    ("  ", REPLY, HELP),
    ("journal", MENTION_IN_REPLY, TAKEN),
    # in a place, a mention is what makes it ours
    ("Challenge was hard today", PLACE, OTHERS),
    ("journal", PLACE, OTHERS),
    ("yes", PLACE, OTHERS),
    ("", PLACE, OTHERS),
    ("help", PLACE, OTHERS),
    ("", MENTIONED, HELP),
    ("help", MENTIONED, HELP),
    ("journal", MENTIONED, JOURNAL),
    ("journal felt good", MENTIONED, CommandTyped(Typed("journal", "felt good"))),
    ("Poll Lunch? | Pizza", MENTIONED, CommandTyped(Typed("poll", "Lunch? | Pizza"))),
    ("what do you think of lunch", MENTIONED, ASK),
    ("/jornal x", MENTIONED, UnknownCommand("/jornal", "journal")),
)


def _route(text: str, where: Where) -> Route:
    return route(
        text,
        in_chat=where.in_chat,
        mentions_bot=where.mentions_bot,
        replies_to=where.replies_to,
        question_is_open=where.question_is_open,
        day_is_open=where.day_is_open,
        known=KNOWN,
        lines=LINES,
    )


@pytest.mark.parametrize(("text", "where", "goes_to"), TABLE)
def test_a_text_goes_where_it_was_meant_for(text: str, where: Where, goes_to: Route) -> None:
    assert _route(text, where) == goes_to


def test_the_table_is_long_enough_to_be_believed() -> None:
    assert len(TABLE) >= 50
    assert len({(text, where) for text, where, _ in TABLE}) == len(TABLE)


@given(st.text())
def test_nothing_that_is_said_in_a_place_to_others_is_ours(text: str) -> None:
    assert _route(text, PLACE) == OTHERS


@given(st.text(), st.booleans(), st.booleans(), st.booleans(), st.sampled_from([None, PAYLOAD]), st.booleans())
def test_every_text_goes_somewhere(text: str, in_chat: bool, mentions: bool, asked: bool, replies_to: str | None, day: bool) -> None:
    found = _route(text, Where(in_chat, mentions, replies_to, asked, day))
    if isinstance(found, AnswerQuestion):
        assert asked
    if isinstance(found, TodaysEntry):
        assert day
        assert in_chat
    if isinstance(found, TakeReply):
        assert replies_to is not None
    if isinstance(found, CommandTyped):
        assert found.typed.command in KNOWN
