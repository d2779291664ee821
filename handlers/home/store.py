"""What the front door reads and writes of people: their settings, and who else there is."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import time

from sqlalchemy import select, update

from bot.core.context import Context
from bot.people.rows import PersonRow
from bot.people.store import hour_of


@dataclass(frozen=True, slots=True)
class Settings:
    """What a person may set for themselves; the hours in minutes after midnight, the days as bits from Monday."""

    zone: str
    zone_is_own: bool
    minute: int
    quiet_from: int
    quiet_to: int
    weekdays: int
    language: str
    language_is_own: bool
    hides_streak: bool
    reminders: int

    @property
    def hour(self) -> time:
        """When daily things come."""
        return hour_of(self.minute)


def own_settings(ctx: Context, *, lock: bool = False) -> Settings:
    """How the actor has set things."""
    query = select(PersonRow).where(PersonRow.id == ctx.actor.id)
    row = ctx.session.execute(query.with_for_update() if lock else query).scalar_one()
    return Settings(**{name: getattr(row, name) for name in Settings.__dataclass_fields__})


def save_settings(ctx: Context, settings: Settings) -> None:
    """Let the actor's settings be these."""
    ctx.session.execute(update(PersonRow).where(PersonRow.id == ctx.actor.id).values(**asdict(settings)))
