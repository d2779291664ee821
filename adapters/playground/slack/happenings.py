"""What happens in a workspace beside talking: invitations, renamed and archived channels, people who come, change and go."""

from __future__ import annotations

from adapters.playground.driver import Outcome
from adapters.playground.slack.core import WITHHELD, Core
from adapters.playground.slack.wire import user_json
from adapters.playground.slack.workspace import BOT_USER, Channel, Json, Refusal


class Happenings(Core):
    """The workspace's own life; each call returns after the bot has heard of it, where it may."""

    async def invite_bot(self, user: str, channel: str) -> Outcome:
        """Somebody brings the bot into a channel."""
        return await self._joins(BOT_USER, self._channel(channel), inviter=user)

    async def join_channel(self, user: str, channel: str) -> Outcome:
        """A person comes into a channel."""
        return await self._joins(self.person(user).id, self._channel(channel))

    async def remove_bot(self, user: str, channel: str) -> Outcome:
        """Somebody puts the bot out of a channel; Slack tells it twice over, where both are subscribed."""
        found = self._channel(channel)
        if not self.has_bot(found):
            return WITHHELD
        found.members.remove(BOT_USER)
        self.ws.changed()
        left: Json = {
            "type": "channel_left" if found.kind == "channel" else "group_left",
            "channel": found.id,
            "actor_id": user,
            "event_ts": self.ws.new_ts(),
        }
        return await self.tell((left["type"], left), ("member_left_channel", self._member_event("member_left_channel", BOT_USER, found)))

    async def leave_channel(self, user: str, channel: str) -> Outcome:
        """A person leaves a channel."""
        found = self._channel(channel)
        if user not in found.members:
            raise LookupError(f"{user} is not in {channel}")
        found.members.remove(user)
        self.ws.changed()
        if not self.has_bot(found):
            return WITHHELD
        return await self.tell(("member_left_channel", self._member_event("member_left_channel", user, found)))

    async def rename_channel(self, channel: str, name: str) -> Outcome:
        """A channel gets another name."""
        found = self._channel(channel)
        found.name = name
        self.ws.changed()
        body = {"id": found.id, "name": name, "name_normalized": name, "created": found.created, "is_channel": found.kind == "channel"}
        return await self._channel_event(found, "rename", body)

    async def archive_channel(self, channel: str, user: str | None = None) -> Outcome:
        """A channel is archived."""
        found = self._channel(channel)
        found.archived = True
        self.ws.changed()
        return await self._channel_event(found, "archive", found.id, user=user or found.members[0])

    async def unarchive_channel(self, channel: str, user: str | None = None) -> Outcome:
        """A channel is opened again."""
        found = self._channel(channel)
        found.archived = False
        self.ws.changed()
        return await self._channel_event(found, "unarchive", found.id, user=user or found.members[0])

    async def delete_channel(self, channel: str, user: str | None = None) -> Outcome:
        """A channel is gone for good."""
        found = self._channel(channel)
        found.deleted = True
        self.ws.changed()
        return await self._channel_event(found, "deleted", found.id, actor_id=user or found.members[0])

    async def deactivate_user(self, user: str) -> Outcome:
        """A person's account is closed; they leave every channel, their chat with the bot stays."""
        found = self.person(user)
        found.deleted = True
        for channel in self.ws.channels.values():
            if channel.kind in ("channel", "private") and user in channel.members:
                channel.members.remove(user)
        self.ws.changed()
        return await self._user_change(user)

    async def change_profile(self, user: str, name: str | None = None, zone: str | None = None, locale: str | None = None) -> Outcome:
        """A person changes name, time zone or language."""
        found = self.person(user)
        found.name, found.real_name = name or found.name, name or found.real_name
        found.zone, found.locale = zone or found.zone, locale or found.locale
        self.ws.changed()
        return await self._user_change(user)

    async def uninstall(self) -> Outcome:
        """The app is taken out of the workspace: the last it hears; its token is dead from now on."""
        outcome = await self.tell(
            ("app_uninstalled", {"type": "app_uninstalled", "event_ts": self.ws.new_ts()}),
            ("tokens_revoked", {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [BOT_USER]}, "event_ts": self.ws.new_ts()}),
        )
        self.ws.installed = False
        self.ws.changed()
        return outcome

    def _channel(self, channel: str) -> Channel:
        found = self.ws.channels.get(channel)
        if found is None or found.deleted:
            raise LookupError(f"no channel {channel}")
        return found

    async def _joins(self, user: str, channel: Channel, inviter: str | None = None) -> Outcome:
        if channel.archived:
            raise Refusal("is_archived")
        if user not in channel.members:
            channel.members.append(user)
        self.ws.changed()
        event = self._member_event("member_joined_channel", user, channel)
        if inviter:
            event["inviter"] = inviter
        return await self.tell(("member_joined_channel", event)) if self.has_bot(channel) else WITHHELD

    def _member_event(self, kind: str, user: str, channel: Channel) -> Json:
        letter = "C" if channel.kind == "channel" else "G"
        place = {"channel": channel.id, "channel_type": letter, "team": self.ws.team_id}
        return {"type": kind, "user": user, **place, "event_ts": self.ws.new_ts()}

    async def _channel_event(self, channel: Channel, what: str, body: Json | str, **extra: str) -> Outcome:
        if channel.kind != "channel" and not self.has_bot(channel):
            return WITHHELD
        name = f"{'channel' if channel.kind == 'channel' else 'group'}_{what}"
        return await self.tell((name, {"type": name, "channel": body, **extra, "event_ts": self.ws.new_ts()}))

    async def _user_change(self, user: str) -> Outcome:
        body = user_json(self.ws, self.ws.users[user], locale=True)
        stamp = self.ws.new_ts()
        return await self.tell(("user_change", {"type": "user_change", "user": body, "cache_ts": int(float(stamp)), "event_ts": stamp}))
