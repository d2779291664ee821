"""The context: everything a handler is given, and everything it may do."""

from __future__ import annotations

import random
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.chat.action import Action, to_wire
from bot.chat.form import Draft, opened
from bot.chat.language import Phrase
from bot.chat.message import Button, Buttons, Message, Paragraph
from bot.chat.reading import resolved
from bot.chat.reply import Open
from bot.chat.text import Words
from bot.core import cadences, later, outbox
from bot.core.cadences import Cadence
from bot.core.facts import Fact
from bot.core.outbox import Kind, Letter
from bot.core.registry import Registry
from bot.core.rows import ScrubRow
from bot.data.base import Base
from bot.data.ids import new_id
from bot.data.vault import Vault
from bot.lean import dataclass
from bot.people import store
from bot.people.days import day_of
from bot.people.values import Community, Member, Place


@dataclass(frozen=True, slots=True)
class Written:
    """A text somebody wrote, and which message of theirs it is (lane and the platform's id), where there is one.

    `at` is the event's own time: of two edits the later wins, in whatever order they arrive.
    """

    text: str
    at: datetime
    lane: int | None = None
    message_id: str | None = None


@dataclass(frozen=True, slots=True)
class For:
    """What one of many members is told, with what `Context.post` knows of a single post."""

    to: Member
    message: Message
    key: str | None = None
    on_reply: Action | None = None
    expires_in: timedelta | None = None


class Context:
    """One unit of work as a handler sees it: its session, one `now`, who acts, where, and what may be said to whom.

    `in_chat` says that it happens in the person's own chat with the bot; `place` is None there, and in a channel to which nobody added
    the bot (a slash command works there all the same).
    """

    def __init__(
        self,
        *,
        session: Session,
        registry: Registry,
        now: datetime,
        seed: int,
        community: Community,
        actor: Member | None = None,
        place: Place | None = None,
        in_chat: bool = True,
        event_at: datetime | None = None,
        written: Written | None = None,
        picked: str | None = None,
        untied: frozenset[type[Base]] = frozenset(),
    ) -> None:
        self.session = session
        self.registry = registry
        self.now = now
        self.seed = seed
        self.community = community
        self.place = place
        self.in_chat = in_chat
        self.event_at = event_at or now
        self.written = written
        self.picked = picked
        self.remarks: list[Phrase] = []  # what features above have to add to the receipt of the one that answers
        self.buttons: list[Button] = []  # and what they let people do from it
        self._actor = actor
        self._untied = untied

    @property
    def actor(self) -> Member:
        """The acting person; jobs have none."""
        if self._actor is None:
            raise LookupError("nobody acts in a job")
        return self._actor

    def act_as(self, member: Member) -> None:
        """The acting person is somebody else from now on, or the same with other settings."""
        self._actor = member
        self._untied = frozenset()

    def had(self, rows: type[Base]) -> bool:
        """Whether the actor had any row of a feature's tied table when the unit began; True wherever that was not looked up."""
        return rows not in self._untied

    @cached_property
    def random(self) -> random.Random:
        """Seeded randomness of this unit: the same again when the unit is re-run. Never for secrets."""
        return random.Random(self.seed)

    @property
    def lane(self) -> int:
        """The conversation in which it happens."""
        return self.place.id if self.place is not None else self.actor.identities[0].id

    @property
    def is_seen_by_place(self) -> bool:
        """Whether what was typed stands where others read it; a native slash command in a place does not."""
        return self.written is not None and not self.in_chat

    @property
    def vault(self) -> Vault:
        """Seals and opens encrypted columns."""
        vault: Vault = self.session.info["vault"]
        return vault

    def community_today(self) -> date:
        """The date in the community's own zone: for what jobs and forms call a day of the calendar."""
        return self.now.astimezone(ZoneInfo(self.community.zone)).date()

    def today(self, member: Member | None = None) -> date:
        """A member's date now; the actor's by default."""
        return day_of(self.now, (member or self.actor).zone)

    def post(
        self,
        to: Member | Place,
        message: Message,
        *,
        kind: Kind | None = None,
        key: str | None = None,
        on_reply: Action | None = None,
        expires_in: timedelta | None = None,
        about: Member | None = None,
        edits_every: timedelta | None = None,
        is_pinned: bool = False,
        is_inviting: bool = False,
    ) -> None:
        """Say something to a place or to another person, through the outbox, in the reader's language.

        The kind is PLACE for a place and NEWS for a person unless another is given. With a key the latest wins: posting it again
        edits the message that is there. `on_reply` is what a reply to it means;
        what has not left after `expires_in` is dropped, because it came too late to make sense.
        With `edits_every` what stands there is edited at most that often. With `is_pinned` it is pinned in its place, where the platform
        lets us; with `is_inviting` those whom it mentions are invited into that place first, likewise.
        What tells others `about` a member goes unsaid when that member erases themselves meanwhile.
        """
        match to:
            case Member():
                lane, language, usual = self._lane(to, key), to.language, Kind.NEWS
            case Place():
                lane, language, usual = to.id, self.community.language, Kind.PLACE
        outbox.queue(
            self.session,
            community=self.community.id,
            lane=lane,
            message=resolved(message, language),
            now=self.now,
            kind=kind or usual,
            key=key,
            on_reply=to_wire(on_reply) if on_reply is not None else None,
            expires_in=expires_in,
            about=about.id if about is not None else None,
            edits_every=edits_every,
            is_pinned=is_pinned,
            is_inviting=is_inviting,
        )

    def post_all(self, posts: Iterable[For], *, kind: Kind) -> None:
        """Say something to many members at once, to each their own, in as few statements as to one."""
        posts = list(posts)
        letters = [
            Letter(
                lane,
                resolved(each.message, each.to.language),
                each.key,
                to_wire(each.on_reply) if each.on_reply is not None else None,
                self.now + each.expires_in if each.expires_in is not None else None,
            )
            for each, lane in zip(posts, self._lanes([(each.to, each.key) for each in posts]), strict=True)
        ]
        outbox.queue_all(self.session, community=self.community.id, letters=letters, now=self.now, kind=kind)

    def _lane(self, to: Member, key: str | None) -> int:
        return self._lanes([(to, key)])[0] if key is not None and to.is_elsewhere_too else to.identities[0].id

    def _lanes(self, wanted: Sequence[tuple[Member, str] | tuple[Member, str | None]]) -> list[int]:
        """Where people read it: the chat where it stands already, of several, or the one they used last."""
        torn: dict[tuple[int, str | None], int] = {
            (to.id, key): to.identities[0].id for to, key in wanted if key is not None and to.is_elsewhere_too
        }
        chats = store.chats_of(self.session, {person for person, _key in torn}) if torn else {}
        pairs = [(chat, key) for person, key in torn for chat in chats.get(person, ())]
        stands = outbox.standing(self.session, community=self.community.id, pairs=pairs)
        there = {
            (person, key): next(
                (chat for chat in sorted(chats.get(person, ()), key=lambda chat: chat != here) if (chat, key) in stands), here
            )
            for (person, key), here in torn.items()
        }
        return [there.get((to.id, key), to.identities[0].id) for to, key in wanted]

    def take_back(self, to: Member | Place, key: str, instead: Message) -> None:
        """Take a post back: one that has not left never does, one that stands there says `instead` from now on."""
        lane = self._lane(to, key) if isinstance(to, Member) else to.id
        if outbox.withdraw(self.session, community=self.community.id, lane=lane, key=key):
            self.post(to, instead, key=key)

    def rewrite(self, to: Member | Place, key: str, message: Message, *, expires_in: timedelta | None = None) -> None:
        """Let a post say something else, whether it waits or stands there; one that was dropped stays away."""
        lane = self._lane(to, key) if isinstance(to, Member) else to.id
        if outbox.is_alive(self.session, community=self.community.id, lane=lane, key=key):
            self.post(to, message, key=key, expires_in=expires_in)

    def has_posted(self, to: Member | Place, key: str) -> bool:
        """Whether something was posted there under this key."""
        lane = self._lane(to, key) if isinstance(to, Member) else to.id
        return outbox.has_posted(self.session, community=self.community.id, lane=lane, key=key)

    def have_posted(self, wanted: Sequence[tuple[Member, str]]) -> set[tuple[int, str]]:
        """Of pairs of a member and a key: those (by the member's id) under which something was posted, in as few statements as for one."""
        there = list(zip(self._lanes(wanted), (key for _to, key in wanted), strict=True))
        stands = outbox.standing(self.session, community=self.community.id, pairs=there)
        return {(to.id, key) for (to, key), pair in zip(wanted, there, strict=True) if pair in stands}

    def publish(self, fact: Fact) -> None:
        """Tell the features above what happened; they act in this same transaction."""
        for listener in self.registry.listeners(fact):
            listener.run(self, fact)

    def with_additions(self, message: Message) -> Message:
        """A card with the remarks and buttons that features above have added to it."""
        remarks = tuple(Paragraph(remark) for remark in self.remarks)
        buttons = (Buttons(tuple(self.buttons)),) if self.buttons else ()
        return Message(message.summary, (*message.blocks, *remarks, *buttons))

    def plan(self, job: str, subject: int, cadence: Cadence, *, after: datetime | None = None) -> None:
        """Let a job come round for a subject; planning the same again changes nothing."""
        cadences.plan(self.session, self.community.id, job, {subject: cadence}, after or self.now)

    def plan_all(self, job: str, wanted: Mapping[int, Cadence]) -> None:
        """The same for many subjects at once, in as few statements as for one."""
        cadences.plan(self.session, self.community.id, job, wanted, self.now)

    def forget(self, job: str, subjects: Iterable[int]) -> None:
        """Let a job come round no more for these subjects."""
        cadences.forget(self.session, self.community.id, job, subjects)

    def later(self, name: str, given: Mapping[str, Any]) -> None:
        """Ask for a long computation, which a feature declares as a Later, with plain JSON; it begins after this unit's commit."""
        declared = self.registry.laters[name]
        person = self._actor.id if self._actor is not None else None
        later.ask(self.session, community=self.community.id, person=person, name=declared.name, given=given, now=self.now)

    def scrub(self) -> None:
        """What this unit deletes from tables that say `REALLY_GOES` leaves the database's files too, soon after the commit."""
        self.session.add(ScrubRow(id=new_id(), asked_at=self.now))

    def open(
        self, draft: type[Draft], *, values: Mapping[str, object] | None = None, subject: Action | None = None, intro: Words = ""
    ) -> Open:
        """Open a form, prefilled as far as values are known, with the options that its feature declares."""
        declared = self.registry.forms[draft.wire_name]
        options = declared.options(self, subject) if declared.options else None
        form = opened(draft, values=values, options=options, subject=subject, intro=intro)
        if declared.draws is not None:
            form = declared.draws(self, subject, form)
        return Open(replace(form, nonce=secrets.token_urlsafe(12)))
