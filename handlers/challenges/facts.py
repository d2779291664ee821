"""What the challenge tells other features: facts, where they happen."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.facts import Fact


@dataclass(frozen=True, slots=True)
class ChallengeEnded(Fact):
    """A challenge is over, or was called off."""

    challenge: int
