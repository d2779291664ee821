"""What the poser and leads do while a poll is open, and the options that members add."""

from __future__ import annotations

from bot.chat.errors import CardOutOfDate, FieldErrors, UserError
from bot.chat.language import Phrase, _
from bot.chat.reply import Reply, Say
from bot.core.context import Context
from handlers.polls import ballots, cards, closing, managing_views, posing, store, views
from handlers.polls.kinds import MOST_OPTIONS, State, Terms
from handlers.polls.payloads import AddOption, BeStricter, Manage, OptionDraft, Reword, RewordDraft
from handlers.polls.rules import Every, Promise, Typed, options_in


class VotesAreIn(UserError):
    """Words cannot change under votes."""

    def __init__(self) -> None:
        super().__init__(_("Somebody has voted on these words, so they stay. Cancel it with a reason, and ask anew."))


def manage(ctx: Context, payload: Manage) -> Reply:
    """All that can be done with it."""
    terms = closing.managed(ctx, payload.poll)
    found = store.series(ctx, terms.series) if terms.series is not None else None
    comes_again = found is not None and found.every is not Every.ONCE
    return Say(managing_views.manage(terms, may_reword=_may_reword(ctx, terms), comes_again=comes_again))


def _may_reword(ctx: Context, terms: Terms) -> bool:
    return terms.is_open and not ballots.took_part(ctx, terms)


def ask_reword(ctx: Context, payload: Reword) -> Reply:
    """Open the form with the words as they are."""
    terms = closing.managed(ctx, payload.poll)
    if not terms.is_open:
        return Say(views.over(terms))
    if not _may_reword(ctx, terms):
        raise VotesAreIn
    values = {"question": terms.question, **posing.typed_fields(posing.typed_options(ctx, terms))}
    return ctx.open(RewordDraft, values=values, subject=payload)


def reword(ctx: Context, draft: RewordDraft, subject: Reword) -> Reply:
    """Change the words while nobody has voted."""
    terms = closing.managed(ctx, subject.poll)
    if not terms.is_open:
        raise FieldErrors({"": _("This poll has closed meanwhile.")})
    if not _may_reword(ctx, terms):
        raise FieldErrors({"": VotesAreIn().phrase})
    typed = options_in(draft.options, draft.more)
    if terms.kind.has_own_options and (errors := posing.options_wrong(terms.kind, typed)):
        raise FieldErrors(errors)
    changed = store.reword(ctx, terms, draft.question, typed)
    cards.show(ctx, changed)
    return Say(managing_views.reworded(changed))


def be_stricter(ctx: Context, payload: BeStricter) -> Reply:
    """Hide the counts until close from now on; there is no way back."""
    terms = closing.managed(ctx, payload.poll)
    if not terms.is_open:
        return Say(views.over(terms))
    if not terms.shows_counts:
        return Say(managing_views.stricter(terms, is_new=False))
    hidden = store.be_stricter(ctx, terms, Promise(terms.is_anonymous, True, terms.k))
    cards.show(ctx, hidden)
    return Say(managing_views.stricter(hidden, is_new=True))


# -- options of members --------------------------------------------------------------------------------------------------


def ask_option(ctx: Context, payload: AddOption) -> Reply:
    """Ask for an option."""
    terms = store.poll(ctx, payload.poll)
    if terms is None or terms.state is State.DRAFT or not terms.may_add_options:
        raise CardOutOfDate
    return ctx.open(OptionDraft, subject=payload, intro=terms.question) if terms.is_open else Say(views.over(terms))


def add_option(ctx: Context, draft: OptionDraft, subject: AddOption) -> Reply:
    """Add it behind the others; forms that are open stay true."""
    terms = store.poll(ctx, subject.poll, lock=True)
    if terms is None or terms.state is State.DRAFT or not terms.may_add_options:
        raise CardOutOfDate
    if (wrong := _option_wrong(ctx, terms, draft)) is not None:
        raise FieldErrors({"label": wrong})
    more = store.add_option(ctx, terms, Typed(draft.label, draft.description))
    cards.show(ctx, more)
    return Say(managing_views.option_added(more, draft.label))


def _option_wrong(ctx: Context, terms: Terms, draft: OptionDraft) -> Phrase | None:
    if not terms.is_open or (terms.closes_at is not None and terms.closes_at <= ctx.now):
        return _("This poll has closed meanwhile, so nothing can be added.")
    if len(terms.options) >= MOST_OPTIONS:
        return _("This poll has {most} options already, and no room for more.", most=MOST_OPTIONS)
    if any(str(each.label).casefold() == draft.label.casefold() for each in terms.options):
        return _("This option is there already.")
    return None
