"""Who is invited to a request and who drafts it: everybody, the people of a chartered group, or those who were named."""

from __future__ import annotations

from collections.abc import Collection

from bot.chat.errors import FieldErrors, UserError
from bot.chat.language import _
from bot.chat.message import Option
from bot.core.context import Context
from bot.core.feature import Options
from bot.lean import dataclass
from bot.people import store as people
from bot.people.values import Member
from handlers import charters
from handlers.opinions import store
from handlers.opinions.requests import Request
from handlers.opinions.rules import Audience

NO_GROUP = "nobody"
GROUP = "group/"  # before the id of a group, where people and groups are options of one field


class NotInvited(UserError):
    """Somebody else is asked."""

    def __init__(self) -> None:
        super().__init__(_("This asks other people. You can read along, and what comes of it is told to all."))


@dataclass(frozen=True, slots=True)
class Invited:
    """Who is invited as it stands now; `people` is None where everybody is."""

    people: frozenset[int] | None
    group: str = ""


def invited(ctx: Context, request: Request) -> Invited:
    """Who is invited to a request; a group's people are those that it has by now."""
    match request.audience:
        case Audience.EVERYBODY:
            return Invited(None)
        case Audience.NAMED:
            return Invited(request.named)
    group = charters.group(ctx, request.invited_group) if request.invited_group is not None else None
    return Invited(frozenset(group.people), group.name) if group is not None else Invited(frozenset())


def members(ctx: Context, request: Request) -> dict[int, Member]:
    """The invited who are here."""
    return people.members(ctx.session, invited(ctx, request).people)


def count(ctx: Context, request: Request) -> int:
    """How many they are."""
    return store.here(ctx) if request.audience is Audience.EVERYBODY else len(members(ctx, request))


def is_invited(ctx: Context, request: Request, person: int) -> bool:
    """Whether somebody is invited."""
    found = invited(ctx, request).people
    return found is None or person in found


def heads(ctx: Context, request: Request) -> Collection[int]:
    """The people of the group that drafts, whoever leads it first."""
    group = charters.group(ctx, request.group) if request.group is not None else None
    return group.people if group is not None else ()


def drafting_group(ctx: Context, request: Request) -> str:
    """What the group that drafts is called; nothing where none does."""
    group = charters.group(ctx, request.group) if request.group is not None else None
    return group.name if group is not None else ""


def given_to(ctx: Context, group_id: int) -> charters.Group:
    """A group that something is given to, with somebody who is here."""
    group = charters.group(ctx, group_id)
    if group is None or not people.members(ctx.session, group.people):
        raise FieldErrors({"": _("Nobody of this group is here now. Please choose another one.")})
    return group


def group_options(ctx: Context) -> tuple[Option, ...]:
    """The groups at work, as options."""
    return tuple(Option(f"{GROUP}{each.id}", each.name) for each in charters.groups_at_work(ctx))


def options(ctx: Context) -> Options:
    """Whom one may invite, and who may draft."""
    everybody = Option(Audience.EVERYBODY.value, _("Everybody"))
    named = Option(Audience.NAMED.value, _("The people whom I choose below"))
    groups = group_options(ctx)
    persons = sorted(people.members(ctx.session).values(), key=lambda member: member.name.casefold())
    return {
        "invited": (everybody, *groups, named),
        "named": tuple(Option(str(member.id), member.name) for member in persons),
        "drafts": (Option(NO_GROUP, _("Whoever looks after it")), *groups),
    }


def group_of(value: str) -> int | None:
    """The group that an option means, where it means one."""
    return int(value.removeprefix(GROUP)) if value.startswith(GROUP) else None
