"""What of the faked platform outlives the process: to JSON and back."""

from __future__ import annotations

from dataclasses import field

from adapters.playground import codec
from adapters.playground.driver import Json
from adapters.playground.teams.core import Core
from adapters.playground.teams.world import Person, Room, Team
from bot.lean import dataclass

FORMAT = 1
LEAP = 10_000  # milliseconds


@dataclass(slots=True)
class Kept:
    """All that is kept; dialogs, tokens, faults, pacing, open uploads and ledgers are not."""

    tenant_id: str
    bot_id: str
    people: list[Person]
    teams: list[Team]
    rooms: list[Room]
    blocked: list[str]
    uploads: dict[str, bytes]
    last_id: int
    shared: dict[str, bytes] = field(default_factory=dict)  # a dump of an older playground has none


def dump(core: Core) -> Json:
    """Return the world as JSON; payloads are shared with it, because they are never changed in place."""
    world = core.world
    small = codec.small_ones({**core.uploads, **core.shared})
    kept = Kept(
        tenant_id=world.tenant_id,
        bot_id=world.bot_id,
        people=list(world.people.values()),
        teams=list(world.teams.values()),
        rooms=list(world.rooms.values()),
        blocked=sorted(core.blocked),
        uploads={name: content for name, content in core.uploads.items() if name in small},
        last_id=world.last_id,
        shared={name: content for name, content in core.shared.items() if name in small},
    )
    return codec.write(kept, version=FORMAT)


def restore(core: Core, dumped: Json) -> None:
    """Put a dumped world in the place of whatever is there; a dump that cannot be read changes nothing."""
    kept = codec.read(Kept, dumped, version=FORMAT)
    world = core.world
    if (kept.tenant_id, kept.bot_id) != (world.tenant_id, world.bot_id):
        raise codec.Unreadable(f"this is a dump of {kept.bot_id} in {kept.tenant_id}, not of {world.bot_id} in {world.tenant_id}")
    world.people = {person.id: person for person in kept.people}
    world.teams = {team.name: team for team in kept.teams}
    world.rooms = {room.id: room for room in kept.rooms}
    for room in kept.rooms:
        # A team is one thing that its channels share, so that it is renamed for all of them at once.
        if room.team is not None and room.team == world.teams.get(room.team.name):
            room.team = world.teams[room.team.name]
    world.dialogs = {}
    core.blocked = set(kept.blocked)
    core.uploads, core.shared = dict(kept.uploads), dict(kept.shared)
    # What was given out after the last dump, before the process was killed, is known to the bot: leap over it.
    world.last_id = max(world.last_id, kept.last_id, int(world.now().timestamp() * 1000)) + LEAP
    world.changed()
