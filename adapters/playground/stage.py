"""The stage: the page on which one acts as anybody on the faked platforms, and the JSON API behind it."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Literal, cast

from aiohttp import web

from adapters.playground.driver import Driver, Outcome, Screen
from adapters.playground.stage_clock import STEPS, AlreadyWinding, Winder, Winding
from adapters.playground.stage_feed import Feed
from adapters.playground.stage_guard import LARGEST_FILE, dress, guard, refusal
from adapters.playground.stage_words import BadWords, Words
from bot.lean import dataclass

__all__ = ["Platform", "Stage", "StagePerson", "Winder"]

log = logging.getLogger(__name__)

PAGE = Path(__file__).parent / "page"

Platform = Literal["slack", "teams"]


@dataclass(frozen=True, slots=True)
class StagePerson:
    """Somebody whom one can act as."""

    platform: Platform
    user: str
    name: str
    zone: str
    role: Literal["lead", "member"] = "member"
    note: str = ""


class Stage:
    """Serves the page, hands what is done on it to the drivers, and tells it what changed."""

    def __init__(self, *, drivers: Mapping[Platform, Driver], people: Sequence[StagePerson], clock: Winder) -> None:
        self._drivers = drivers
        self._people = tuple(people)
        self._known = {(person.platform, person.user) for person in people}
        self._clock = clock
        self._session = secrets.token_hex(8)
        self._feed = Feed(lambda: self._winding.state)
        self._winding = Winding(clock, self._feed.tell)
        for platform, driver in drivers.items():
            driver.watch(self._teller(platform))

    def routes(self) -> web.Application:
        """The page at "/", its files under "/page/" and the API under "/stage/"."""
        app = web.Application(middlewares=[guard], client_max_size=LARGEST_FILE)
        app.on_response_prepare.append(dress)
        app.on_shutdown.append(self._close)
        app.router.add_get("/", self._page)
        app.router.add_static("/page/", PAGE)
        app.router.add_get("/stage/world", self._world)
        app.router.add_get("/stage/screen", self._screen)
        app.router.add_get("/stage/events", self._feed.stream)
        app.router.add_post("/stage/clock", self._wind)
        app.router.add_post("/stage/clock/stop", self._stop)
        for name, act in self._acts().items():
            app.router.add_post(f"/stage/{name}", self._acting(act))
        return app

    def _acts(self) -> dict[str, Callable[[Driver, str, Words], Awaitable[Outcome]]]:
        return {
            "type": lambda driver, user, words: driver.types(
                user, words.name("conversation"), words.text(), thread=words.optional_name("thread")
            ),
            "file": lambda driver, user, words: driver.sends_file(
                user, words.name("conversation"), words.name("name"), words.content(), words.optional_text()
            ),
            "press": lambda driver, user, words: driver.presses(user, words.name("surface"), words.name("control"), words.values("inputs")),
            "submit": lambda driver, user, words: driver.submits(user, words.name("dialog"), words.values("values")),
            "dismiss": lambda driver, user, words: driver.dismisses(user, words.name("dialog")),
            "edit": lambda driver, user, words: driver.edits(user, words.name("message"), words.text()),
            "delete": lambda driver, user, words: driver.deletes(user, words.name("message")),
            "react": lambda driver, user, words: driver.reacts(user, words.name("message"), words.name("emoji")),
            "pick": lambda driver, user, words: driver.picks_up(user, words.name("message"), words.name("shortcut")),
            "begin": lambda driver, user, words: driver.begins(user, words.name("conversation"), words.name("shortcut")),
            "home": lambda driver, user, _words: driver.opens_home(user),
        }

    def _acting(self, act: Callable[[Driver, str, Words], Awaitable[Outcome]]) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def answer(request: web.Request) -> web.Response:
            words = await Words.heard(request)
            driver, user = self._actor(words)
            try:
                outcome = await act(driver, user, words)
            except LookupError:
                # The driver does not know the message, dialog or control: usually it changed while the person reached for it.
                log.info("nothing to act on at %s", request.path, exc_info=True)
                return refusal(404, "That is not there any more: look at the screen again.")
            except PermissionError:
                return refusal(403, "The platform lets nobody do that to what somebody else wrote.")
            return web.json_response({"outcome": asdict(outcome)})

        return answer

    def _actor(self, words: Words) -> tuple[Driver, str]:
        """The driver and the person whom a request is about."""
        platform, user = words.name("platform"), words.name("user")
        if platform not in self._drivers:
            raise BadWords(f"There is no platform “{platform}”; there are {', '.join(sorted(self._drivers))}.")
        if (platform, user) not in self._known:
            raise BadWords(f"There is nobody with the id “{user}” on {platform}.")
        return self._drivers[cast("Platform", platform)], user

    def _teller(self, platform: Platform) -> Callable[[str], None]:
        return lambda user: self._feed.tell(platform, user)

    async def _page(self, _request: web.Request) -> web.StreamResponse:
        return web.FileResponse(PAGE / "index.html")

    async def _world(self, _request: web.Request) -> web.Response:
        people = [asdict(person) for person in self._people]
        return web.json_response({"session": self._session, "people": people, "platforms": list(self._drivers), **self._winding.state})

    async def _screen(self, request: web.Request) -> web.Response:
        words = Words.asked(request)
        driver, user = self._actor(words)
        await driver.catches_up(user)
        return web.json_response(newest(driver.screen(user), words.count("newest")))

    async def _wind(self, request: web.Request) -> web.Response:
        words = await Words.heard(request)
        now = self._clock.now()
        by = words.optional_name("by")
        if by is None:
            to = words.instant("to", after=now)
        elif by == "end":
            horizon = await self._clock.horizon()
            if horizon is None or horizon <= now:
                return refusal(409, "No challenge is running, so there is no end to wind to.")
            to = horizon
        elif by in STEPS:
            to = now + STEPS[by]
        else:
            raise BadWords("“by” has to be “hour”, “day”, “week” or “end”.")
        try:
            self._winding.begin(to)
        except AlreadyWinding:
            return refusal(409, "The clock is being wound already.")
        return web.json_response(self._winding.state, status=202)

    async def _stop(self, _request: web.Request) -> web.Response:
        self._winding.stop()
        return web.json_response(self._winding.state)

    async def _close(self, _app: web.Application) -> None:
        await self._feed.close()
        await self._winding.end()


def newest(screen: Screen, count: int | None) -> dict[str, Any]:
    """Keep only the newest messages of each conversation and say how many came earlier."""
    conversations = []
    for conversation in screen["conversations"]:
        messages = conversation["messages"]
        kept = messages if count is None else messages[-count:]
        conversations.append({**conversation, "messages": kept, "earlier": len(messages) - len(kept)})
    return {**screen, "conversations": conversations}
