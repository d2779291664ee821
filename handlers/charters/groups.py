"""Groups and projects as other features know them: what they are called, and whose they are."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.context import Context
from bot.lean import dataclass
from handlers.charters import store
from handlers.charters.charter import Charter, Part
from handlers.charters.rules import State


@dataclass(frozen=True, slots=True)
class Group:
    """A chartered group: whoever leads it comes first among its people."""

    id: int
    name: str
    people: tuple[int, ...]


def groups_at_work(ctx: Context) -> Sequence[Group]:
    """The groups and projects that something can be given to, by their names."""
    return sorted(_groups(ctx, store.in_states(ctx, [state for state in State if state.is_at_work])), key=lambda each: each.name.casefold())


def group(ctx: Context, charter_id: int) -> Group | None:
    """One of them, wherever it stands by now."""
    found = store.charter(ctx, charter_id)
    return next(iter(_groups(ctx, [found])), None) if found is not None else None


def _groups(ctx: Context, found: Sequence[Charter]) -> list[Group]:
    takings = store.people_of(ctx, [each.id for each in found])
    made = []
    for each in found:
        team = [taking.person for taking in takings.get(each.id, ()) if taking.part is Part.TEAM]
        people = dict.fromkeys(person for person in (each.lead, each.co_lead, *team) if person is not None)
        made.append(Group(each.id, each.name, tuple(people)))
    return made
