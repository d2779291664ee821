"""What happens on the platform without anybody writing to the bot: installs, members, names, ends."""

from __future__ import annotations

from adapters.playground.driver import Json, Outcome
from adapters.playground.teams.core import Core
from adapters.playground.teams.world import Person, Room

WITHHELD = Outcome(delivered=False)


class Happenings:
    """The part of the face that lets things happen; each tells the bot what the real platform would tell it."""

    _core: Core

    async def install_for(self, user: str) -> Outcome:
        """Add the app for one person."""
        person = self._core.person(user)
        person.installed, person.chat_opened = True, True
        room = self._core.world.open_chat(user)
        self._core.world.changed(user)
        await self._inform(self._core.scribe.conversation_update(person, room, None, added=[self._bot()]))
        return await self._inform(self._core.scribe.installation_update(person, room, "add"))

    async def uninstall_for(self, user: str) -> Outcome:
        """Remove the app for one person; its last word to the bot still arrives."""
        person, room = self._core.person(user), self._core.world.open_chat(user)
        person.installed = False
        self._core.world.changed(user)
        return await self._inform(self._core.scribe.installation_update(person, room, "remove"))

    async def opens_home(self, user: str) -> Outcome:
        """Open the personal chat: for the first time it tells the bot, and adds the app where it was not there."""
        person = self._core.person(user)
        if not person.installed:
            return await self.install_for(user)
        room = self._core.world.open_chat(user)
        if person.chat_opened:
            return WITHHELD
        person.chat_opened = True
        self._core.world.changed(user)
        return await self._inform(self._core.scribe.conversation_update(person, room, None, added=[self._bot()]))

    async def add_bot_to(self, channel: str, by: str) -> Outcome:
        """Add the bot to a channel's team or to a group chat."""
        room, person = self._core.room(channel), self._core.person(by)
        room.has_bot = True
        self._core.world.changed()
        event = "teamMemberAdded" if room.kind == "channel" else None
        await self._inform(self._core.scribe.conversation_update(person, room, event, added=[self._bot()]))
        return await self._inform(self._core.scribe.installation_update(person, room, "add"))

    async def remove_bot_from(self, channel: str, by: str) -> Outcome:
        """Remove the bot from a channel's team or from a group chat."""
        room, person = self._core.room(channel), self._core.person(by)
        room.has_bot = False
        self._core.world.changed()
        event = "teamMemberRemoved" if room.kind == "channel" else None
        await self._inform(self._core.scribe.conversation_update(person, room, event, removed=[self._bot()]))
        return await self._inform(self._core.scribe.installation_update(person, room, "remove"))

    async def member_added(self, channel: str, user: str, *, by: str | None = None) -> Outcome:
        """Add somebody to a channel or group chat."""
        room = self._core.room(channel)
        if user not in room.members:
            room.members.append(user)
        event = "teamMemberAdded" if room.kind == "channel" else None
        return await self._about_room(room, by, event, added=[self._shown(user)])

    async def member_removed(self, channel: str, user: str, *, by: str | None = None) -> Outcome:
        """Remove somebody from a channel or group chat."""
        room = self._core.room(channel)
        event = "teamMemberRemoved" if room.kind == "channel" else None
        author = by or next((each for each in room.members if each != user), user)
        room.members.remove(user)
        return await self._about_room(room, author, event, removed=[self._shown(user)])

    async def rename_channel(self, channel: str, name: str, *, by: str | None = None) -> Outcome:
        """Rename a channel or group chat."""
        room = self._core.room(channel)
        room.name = name
        return await self._about_room(room, by, "channelRenamed" if room.kind == "channel" else None, topic=name)

    async def delete_channel(self, channel: str, *, by: str | None = None) -> Outcome:
        """Delete a channel."""
        room = self._core.room(channel)
        room.state = "deleted"
        return await self._about_room(room, by, "channelDeleted")

    async def restore_channel(self, channel: str, *, by: str | None = None) -> Outcome:
        """Bring a deleted channel back."""
        room = self._core.room(channel)
        room.state = "open"
        return await self._about_room(room, by, "channelRestored")

    async def rename_team(self, team: str, name: str, *, by: str | None = None) -> Outcome:
        """Rename a team, given by its name."""
        found = self._core.world.teams.pop(team)
        found.name = name
        self._core.world.teams[name] = found
        return await self._about_team(name, by, "teamRenamed")

    async def archive_team(self, team: str, *, by: str | None = None) -> Outcome:
        """Archive a team, given by its name: its channels become read-only."""
        for room in self._rooms_of(team):
            room.state = "archived"
        return await self._about_team(team, by, "teamArchived")

    async def unarchive_team(self, team: str, *, by: str | None = None) -> Outcome:
        """Take a team back into use."""
        for room in self._rooms_of(team):
            room.state = "open"
        return await self._about_team(team, by, "teamUnarchived")

    async def delete_team(self, team: str, *, by: str | None = None) -> Outcome:
        """Delete a team with all its channels."""
        for room in self._rooms_of(team):
            room.state = "deleted"
        return await self._about_team(team, by, "teamDeleted")

    def block_for(self, user: str) -> None:
        """Let one person block the bot: it is told nothing, and its messages are refused."""
        self._core.blocked.add(user)
        self._core.world.changed(user)

    def unblock_for(self, user: str) -> None:
        """Take the block back."""
        self._core.blocked.discard(user)
        self._core.world.changed(user)

    def _rooms_of(self, team: str) -> list[Room]:
        return [room for room in self._core.world.rooms.values() if room.team and room.team.name == team and room.state != "deleted"]

    async def _about_team(self, team: str, by: str | None, event: str) -> Outcome:
        rooms = [room for room in self._core.world.rooms.values() if room.team and room.team.name == team]
        if not any(room.has_bot for room in rooms):
            return WITHHELD
        first = next((room for room in rooms if room.team and room.id == room.team.id), rooms[0])
        author = self._core.person(by or first.members[0])
        self._core.world.changed()
        return await self._inform(self._core.scribe.conversation_update(author, first, event))

    async def _about_room(
        self,
        room: Room,
        by: str | None,
        event: str | None,
        *,
        added: list[Json] | None = None,
        removed: list[Json] | None = None,
        topic: str | None = None,
    ) -> Outcome:
        self._core.world.changed()
        if not room.has_bot:
            return WITHHELD
        author: Person = self._core.person(by or room.members[0])
        activity = self._core.scribe.conversation_update(author, room, event, added, removed)
        if topic is not None:
            activity["topicName"] = topic
        return await self._inform(activity)

    async def _inform(self, activity: Json) -> Outcome:
        return await self._core.courier.informs(activity)

    def _bot(self) -> Json:
        return {"id": self._core.world.bot_id}

    def _shown(self, user: str) -> Json:
        return {"id": user, "aadObjectId": self._core.person(user).aad_object_id}
