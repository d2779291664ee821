"""The fake Microsoft Teams platform: connector, token service and clients, on loopback."""

from adapters.playground.teams.delivery import NOT_INSTALLED, UNREACHABLE, WENT_WRONG, Answer
from adapters.playground.teams.faults import Call, Fault, Faults
from adapters.playground.teams.platform import FakeTeams
from adapters.playground.teams.tokens import TokenIssuer
from adapters.playground.teams.world import ResolvedMention

__all__ = [
    "NOT_INSTALLED",
    "UNREACHABLE",
    "WENT_WRONG",
    "Answer",
    "Call",
    "FakeTeams",
    "Fault",
    "Faults",
    "ResolvedMention",
    "TokenIssuer",
]
