"""The conversation language of the tests: people type, press, fill in and see, on whichever platform they are."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from adapters.playground.driver import Control, Outcome, Screen, ScreenMessage
from bot.playground import SLACK_PLACE, TEAMS_PLACE, Playground, Somebody


class Person:
    """Somebody in the playground; every act waits until the bot has said all that it says to it."""

    def __init__(self, stage: Playground, who: Somebody) -> None:
        self.stage, self.who = stage, who
        self.driver: Any = stage.slack if who.platform == "slack" else stage.teams
        self.place = SLACK_PLACE if who.platform == "slack" else TEAMS_PLACE

    @property
    def screen(self) -> Screen:
        return self.driver.screen(self.who.account)  # type: ignore[no-any-return]

    @property
    def chat(self) -> str:
        return next(c["id"] for c in self.screen["conversations"] if c["kind"] == "chat")

    async def types(self, text: str, *, in_place: bool = False, reply_to: str | None = None) -> Outcome:
        """Type in one's own chat, or in the community's place; `reply_to` is a text of the message that is answered in its thread."""
        where = self.place if in_place else self.chat
        thread = self.message(reply_to, where)["id"] if reply_to else None
        return await self._done(await self.driver.types(self.who.account, where, text, thread=thread))

    async def sends_file(
        self, name: str, content: bytes | str, *, text: str = "", in_place: bool = False, reply_to: str | None = None
    ) -> Outcome:
        """Send a file in one's own chat, or in the community's place; `reply_to` as when typing."""
        data = content.encode() if isinstance(content, str) else content
        where = self.place if in_place else self.chat
        thread = self.message(reply_to, where)["id"] if reply_to else None
        return await self._done(await self.driver.sends_file(self.who.account, where, name, data, text, thread=thread))

    async def reacts(self, emoji: str, *, on: str) -> Outcome:
        """React to the newest message with this text, or take that reaction back."""
        return await self._done(await self.driver.reacts(self.who.account, self.message(on)["id"], emoji))

    async def picks_up(self, label: str, *, on: str) -> Outcome:
        """Choose a shortcut by its label in the menu of the newest message with this text."""
        shortcut = next(each["id"] for each in self.screen["shortcuts"] if each["label"] == label)
        return await self._done(await self.driver.picks_up(self.who.account, self.message(on)["id"], shortcut))

    async def begins(self, label: str, *, in_place: bool = False) -> Outcome:
        """Choose what can be begun anywhere, by its label, with one's own chat or the community's place open."""
        shortcut = next(each["id"] for each in self.screen["anywhere"] if each["label"] == label)
        return await self._done(await self.driver.begins(self.who.account, self.place if in_place else self.chat, shortcut))

    async def presses(self, label: str, *, on: str | None = None, picking: str | None = None) -> Outcome:
        """Press a button, the newest with this label; `on` is a text of the message that it stands on."""
        message, control = self._control(label, on)
        inputs = {control["id"]: picking} if picking is not None else None
        return await self._done(await self.driver.presses(self.who.account, message["id"], control["id"], inputs))

    def holds(self, label: str, *, on: str | None = None) -> Callable[[], Awaitable[Outcome]]:
        """A finger on a button: what stands there may change before it comes down."""
        message, control = self._control(label, on)
        held = self.driver.holds(self.who.account, message["id"], control["id"])

        async def comes_down() -> Outcome:
            return await self._done(await self.driver.presses(self.who.account, message["id"], control["id"], held=held))

        return comes_down

    async def looks(self, on: str, *, by_hand: bool = False) -> Outcome:
        """Look at the newest message with this text in the place: where the platform knows of that, it may say something of its own now."""
        return await self._done(await self.driver.looks(self.who.account, self.message(on, self.place)["id"], by_hand=by_hand))

    async def fills(self, submit: str, **values: Any) -> Outcome:
        """Fill in the form that is open, as a dialog or as a card, and send it."""
        dialog = self.screen["dialog"]
        if dialog is not None:
            values = _by_label(dialog["controls"], values)
            return await self._done(await self.driver.submits(self.who.account, dialog["id"], values))
        message, control = self._control(submit, None)
        values = _by_label(message["controls"], values)
        return await self._done(await self.driver.presses(self.who.account, message["id"], control["id"], values))

    async def edits(self, text: str, into: str) -> Outcome:
        return await self._done(await self.driver.edits(self.who.account, self.message(text, own=True)["id"], into))

    async def deletes(self, text: str) -> Outcome:
        return await self._done(await self.driver.deletes(self.who.account, self.message(text, own=True)["id"]))

    def sees(self, *texts: str, in_place: bool = False) -> None:
        """Assert that every text stands somewhere on this person's screen (in the place only, when said so)."""
        seen = self.reads(in_place=in_place)
        for text in texts:
            assert text in seen, f"{self.who.name} does not see {text!r} in:\n{seen[-3000:]}"

    def does_not_see(self, *texts: str) -> None:
        seen = self.reads()
        for text in texts:
            lines = [line for line in seen.split("\n") if any(part in line for part in text.split("\n"))]
            assert text not in seen, f"{self.who.name} sees {text!r} in:\n" + "\n".join(lines)

    def reads(self, *, in_place: bool = False) -> str:
        """Everything on this person's screen as text."""
        screen = self.screen
        parts = [m["plain"] for c in screen["conversations"] for m in c["messages"] if c["kind"] == "place" or not in_place]
        if screen["dialog"] is not None and not in_place:
            parts.append(screen["dialog"]["plain"])
            parts += screen["dialog"]["errors"].values()
        parts += [notice["text"] for notice in screen["notices"]]
        return "\n".join(parts)

    def count(self, text: str) -> int:
        """How many messages on this person's screen have the text."""
        return sum(text in m["plain"] for c in self.screen["conversations"] for m in c["messages"])

    def message(self, text: str, where: str | None = None, *, own: bool = False) -> ScreenMessage:
        """The newest message with this text, or the newest of one's own."""
        found = [
            m
            for c in self.screen["conversations"]
            for m in c["messages"]
            if where in (None, c["id"]) and text in m["plain"] and (not own or m["author"]["id"] == self.who.account)
        ]
        assert found, f"{self.who.name} has no message with {text!r} in:\n{self.reads()[-3000:]}"
        return max(found, key=lambda m: m["at"])

    def _control(self, label: str, on: str | None) -> tuple[ScreenMessage, Control]:
        found = [
            (m["at"], n, m, control)
            for c in self.screen["conversations"]
            for n, m in enumerate(c["messages"])
            if on is None or on in m["plain"]
            for control in m["controls"]
            if control["label"] == label
        ]
        assert found, f"{self.who.name} has no button {label!r} in:\n{self.reads()[-3000:]}"
        _at, _n, message, control = max(found, key=lambda f: f[:2])
        return message, control

    async def _done(self, outcome: Outcome) -> Outcome:
        await self.stage.settle()
        await self.stage.winder.settle()
        return outcome


def _by_label(controls: Sequence[Control], values: Mapping[str, Any]) -> dict[str, Any]:
    """Picked options may be named as people read them; a value without a space goes as it is, as from a card that was changed by hand."""
    labels = {c["name"]: {o["label"]: o["value"] for o in c["options"]} for c in controls}
    for name, value in values.items():
        offered = labels.get(name)
        is_label = isinstance(value, str) and " " in value
        assert not offered or not is_label or value in {*offered, *offered.values()}, f"{name} offers {sorted(offered)}, not {value!r}"
    return {name: labels.get(name, {}).get(value, value) if isinstance(value, str) else value for name, value in values.items()}
