"""What can go wrong, as facts with a sentence for the person; anything else is ours to repair and gets a reference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

from bot.chat.language import Phrase, _


class UserError(Exception):
    """A fact that stops what a person wanted, with the sentence that tells them; leaves are named as facts."""

    def __init__(self, phrase: Phrase) -> None:
        super().__init__(phrase.msgid)
        self.phrase = phrase


class FieldErrors(UserError):
    """Fields of a form that cannot stand as filled in: field name -> sentence; "" for the whole form."""

    def __init__(self, errors: Mapping[str, Phrase]) -> None:
        super().__init__(next(iter(errors.values())))
        self.errors = dict(errors)


class CardOutOfDate(UserError):
    """A button of an older version, or of something that is gone."""

    def __init__(self) -> None:
        super().__init__(_("This card is out of date. Here is how things stand now."))


class LeadsOnly(UserError):
    """A member tried what only leads may do; some of them are named, so that there is somebody to ask."""

    def __init__(self, leads: Sequence[str]) -> None:
        super().__init__(
            _("Only a lead of this community can do that. You can ask {names}; everything else is open to you.", names=", ".join(leads))
            if leads
            else _("Only a lead of this community can do that, and it has none just now. Everything else is open to you.")
        )


class StillBusy(UserError):
    """The unit of work could not start in time and was refused unrun."""

    def __init__(self) -> None:
        super().__init__(_("I am busy just now and did nothing yet. Please try again in a moment."))


class NoCommunity(UserError):
    """Somebody writes from a workspace that belongs to no community yet."""

    def __init__(self) -> None:
        super().__init__(_("There is no community here yet. Add me to a channel, and whoever adds me can start one."))


class DeliveryFailed(Exception):
    """Base of what a platform may answer to a post."""


class RetryLater(DeliveryFailed):
    """Definitely not posted; may be tried again after so many seconds."""

    def __init__(self, after: float, why: str = "") -> None:
        super().__init__(why or f"retry after {after} s")
        self.after = after


class Barrier(StrEnum):
    """Why somebody, or a place, cannot be written to until somebody acts, as far as the platform tells."""

    NOT_ADDED = "not added"  # they have not added us for themselves, or have removed us
    BLOCKED = "blocked"  # they let nothing of ours through
    NOT_HERE = "not here"  # we are no member of the place, or it lets no bot in; some platforms say the same of one that is gone
    READ_ONLY = "read only"  # the place is archived, or takes nothing new
    GONE = "gone"  # nobody and nothing is found under this address any more
    CLOSED = "closed"  # the person's account is closed for good
    NOT_ALLOWED = "not allowed"  # others may write there
    REVOKED = "revoked"  # our token, which holds for the whole workspace, as does the next
    NO_SCOPE = "no scope"
    MALFORMED = "malformed"  # the message itself is refused, which is a fault of ours
    UNKNOWN = "unknown"


class Unreachable(DeliveryFailed):
    """Definitely not posted, and trying again will not help until somebody acts: gone, archived, not invited, not installed."""

    def __init__(self, why: str = "", barrier: Barrier = Barrier.UNKNOWN) -> None:
        super().__init__(why or barrier.value)
        self.barrier = barrier


class Malformed(DeliveryFailed):
    """Definitely not posted: the platform refuses the message itself, which is a fault of ours."""


class MessageGone(DeliveryFailed):
    """An edit was refused because the message is gone or can no longer be edited; it is posted anew."""


class Unclear(DeliveryFailed):
    """Nobody knows whether it was posted: a time-out, a lost connection, a server error after it was sent.

    Where the platform can neither tell later nor deliver it late, `after` says in how many seconds it may be settled by its kind's policy.
    """

    def __init__(self, why: str = "", after: float | None = None) -> None:
        super().__init__(why)
        self.after = after


class Unfinished(DeliveryFailed):
    """A message stands there, but not all of its files do; an edit after so many seconds hands over what is missing."""

    def __init__(self, message_id: str, reference: Mapping[str, str], after: float, why: str = "") -> None:
        super().__init__(why)
        self.message_id = message_id
        self.reference = dict(reference)
        self.after = after
