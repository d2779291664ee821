"""What of a workspace outlives the process: to JSON and back."""

from __future__ import annotations

from dataclasses import replace

from adapters.playground import codec
from adapters.playground.slack.workspace import BOT_USER, RESERVED, Channel, Json, StoredFile, User, View, Workspace
from bot.lean import dataclass

FORMAT = 1
LEAP = 1_000_000  # microseconds


@dataclass(slots=True)
class Filled:
    """What one person filled into one field of a message or of their home tab."""

    person: str
    surface: str
    block: str
    action: str
    state: Json


@dataclass(slots=True)
class World:
    """All that is kept; dialogs, trigger ids, response_urls, faults, pacing and ledgers are not."""

    team_id: str
    installed: bool
    users: list[User]
    channels: list[Channel]
    files: list[StoredFile]
    homes: list[View]
    filled: list[Filled]
    notices: dict[str, list[dict[str, str]]]
    last_ts: int
    last_serial: int


def dump(ws: Workspace) -> Json:
    """Return the world as JSON; payloads are shared with it, because they are never changed in place."""
    world = World(
        team_id=ws.team_id,
        installed=ws.installed,
        users=[user for user in ws.users.values() if not user.is_bot],
        channels=list(ws.channels.values()),
        files=_files(ws),
        homes=list(ws.homes.values()),
        filled=_filled(ws),
        notices=ws.notices,
        last_ts=ws.last_ts,
        last_serial=ws.last_serial,
    )
    return codec.write(world, version=FORMAT)


def _files(ws: Workspace) -> list[StoredFile]:
    """Everything whose upload is complete; what is too large to be kept leaves its size behind."""
    small = codec.small_ones({file.id: file.content for file in ws.files.values()})
    return [
        file if file.id in small else replace(file, content=None, forgotten_size=file.size) for file in ws.files.values() if file.complete
    ]


def _filled(ws: Workspace) -> list[Filled]:
    """The fields of what is still there: those of dialogs go with their dialogs."""
    alive = {view.id for view in ws.homes.values()}
    alive |= {message.ts for channel in ws.channels.values() for message in channel.messages if not message.deleted}
    return [
        Filled(person, surface, block, action, state)
        for (person, surface), states in ws.filled.items()
        if surface in alive
        for (block, action), state in states.items()
    ]


def restore(ws: Workspace, dumped: Json) -> None:
    """Put a dumped world in the place of whatever is there; a dump that cannot be read changes nothing."""
    world = codec.read(World, dumped, version=FORMAT)
    if world.team_id != ws.team_id:
        raise codec.Unreadable(f"this is a dump of the workspace {world.team_id}, not of {ws.team_id}")
    ws.installed = world.installed
    ws.users = {BOT_USER: ws.users[BOT_USER]} | {user.id: user for user in world.users}
    ws.channels = {channel.id: channel for channel in world.channels}
    ws.files = {file.id: file for file in world.files}
    ws.homes = {view.user: view for view in world.homes}
    ws.filled = {}
    for field in world.filled:
        ws.filled.setdefault((field.person, field.surface), {})[field.block, field.action] = field.state
    ws.notices = world.notices
    ws.stacks, ws.triggers, ws.hooks = {}, {}, {}
    # What was given out after the last dump, before the process was killed, is known to the bot: leap over it.
    ws.last_ts = max(ws.last_ts, world.last_ts, int(ws.now().timestamp() * 1_000_000)) + LEAP
    ws.last_serial = max(ws.last_serial, world.last_serial) + 2 * RESERVED
    ws.changed()
