"""What the challenge does when the community changes: its zone, or who is one person in it."""

from __future__ import annotations

from datetime import timedelta

from bot.core.context import Context
from bot.core.facts import CommunityChanged, PeopleLinked
from handlers.challenges import store
from handlers.challenges.flows import PLACE_JOB, show_announcement

GRACE = timedelta(hours=12)  # an hour that the new zone has behind it already still counts; what was posted today is not posted again


def follow_community(ctx: Context, fact: CommunityChanged) -> None:
    """The places' hour is one of the community's zone."""
    if fact.before.zone != fact.after.zone:
        for challenge in store.open_challenges(ctx):
            ctx.plan(PLACE_JOB, challenge.id, challenge.plan.daily(ctx.community.zone, challenge.at), after=ctx.now - GRACE)


def count_anew(ctx: Context, _fact: PeopleLinked) -> None:
    """Two who became one count once."""
    for challenge in store.open_challenges(ctx):
        show_announcement(ctx, challenge)
