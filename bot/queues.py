"""The commands with which an operator looks after what waits: the outbox, the inbox, and what was delivered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from bot.terminal import NO_KEY, fail, quiet_logs
from bot.terminal import settings as settings_of

if TYPE_CHECKING:
    from bot.settings import Settings

outbox_app = typer.Typer(rich_markup_mode=None, help="What waits to be said: list it, let it try again, give it up.")
inbox_app = typer.Typer(rich_markup_mode=None, help="What came in and is not handled: list it, let it be, give it up.")

Ids = Annotated[list[int] | None, typer.Argument(metavar="ID...", help="Numbers as they are listed.")]
All = Annotated[bool, typer.Option("--all", help="All that are parked or held.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
AsCsv = Annotated[bool, typer.Option("--csv", help="Print CSV.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@outbox_app.callback(invoke_without_command=True)
def outbox(
    ctx: typer.Context,
    state: Annotated[str | None, typer.Option(help="waiting, unknown, held or parked.")] = None,
    community: Annotated[str | None, typer.Option(help="Its name or number.")] = None,
    place: Annotated[str | None, typer.Option(help="A place's name, or 'a person'.")] = None,
    kind: Annotated[str | None, typer.Option(help="answer, asked for, news, reminder, place or personal.")] = None,
    as_csv: AsCsv = False,
    as_json: AsJson = False,
) -> None:
    """List what waits to be said, what is unknown, held or parked, and why."""
    if ctx.invoked_subcommand is None:
        settings = _operator()
        from bot import overseeing
        from bot.deliveries import Which

        typer.echo(overseeing.outbox(settings, Which(state, community, place, kind), _shape(as_csv=as_csv, as_json=as_json)))


@outbox_app.command("retry")
def outbox_retry(ids: Ids = None, everything: All = False) -> None:
    """Let parked or held messages try again, with what is held before them; what makes no sense any more is dropped then."""
    which, settings = _which(ids, everything=everything), _operator()
    from datetime import UTC, datetime

    from bot import deliveries, overseeing

    count = overseeing.over(settings, lambda session: deliveries.retry_posts(session, which, datetime.now(UTC)), changes=True)
    typer.echo(f"{count} will be tried again")


@outbox_app.command("drop")
def outbox_drop(ids: Ids = None, everything: All = False, yes: Yes = False) -> None:
    """Give messages up for good."""
    which, settings = _which(ids, everything=everything), _operator()
    _sure("Nobody will ever read them. Go on?", yes=yes)
    from bot import deliveries, overseeing

    typer.echo(f"{overseeing.over(settings, lambda session: deliveries.drop_posts(session, which), changes=True)} dropped")


@inbox_app.callback(invoke_without_command=True)
def inbox(ctx: typer.Context, as_csv: AsCsv = False, as_json: AsJson = False) -> None:
    """List what was acknowledged and is not handled or answered yet."""
    if ctx.invoked_subcommand is None:
        settings = _operator()
        from bot import overseeing

        typer.echo(overseeing.inbox(settings, _shape(as_csv=as_csv, as_json=as_json)))


@inbox_app.command("retry")
def inbox_retry(ids: Ids = None, everything: All = False) -> None:
    """Let what is parked be handled."""
    which, settings = _which(ids, everything=everything), _operator()
    from bot import deliveries, overseeing

    typer.echo(f"{overseeing.over(settings, lambda session: deliveries.retry_requests(session, which), changes=True)} will be handled")


@inbox_app.command("drop")
def inbox_drop(ids: Ids = None, everything: All = False, yes: Yes = False) -> None:
    """Give up what is parked: what somebody asked for by it is never done."""
    which, settings = _which(ids, everything=everything), _operator()
    _sure("What people asked for by them is never done. Go on?", yes=yes)
    from bot import deliveries, overseeing

    typer.echo(f"{overseeing.over(settings, lambda session: deliveries.drop_requests(session, which), changes=True)} dropped")


def audit(
    day: Annotated[str | None, typer.Option(help="A date of the community's calendar; the last 24 hours without it.")] = None,
    community: Annotated[str | None, typer.Option(help="Its name or number.")] = None,
    kind: Annotated[str | None, typer.Option(help="answer, asked for, news, reminder, place or personal.")] = None,
    as_csv: AsCsv = False,
    as_json: AsJson = False,
) -> None:
    """Print what was delivered, to what kind of conversation, when, and how late; never a word of it."""
    from datetime import date

    try:
        on = date.fromisoformat(day) if day is not None else None
    except ValueError:
        fail([f"{day} is no date: write it as 2026-11-22"])
    settings = _operator()
    from bot import overseeing

    typer.echo(overseeing.audit(settings, on, community, kind, _shape(as_csv=as_csv, as_json=as_json)))


def _operator() -> Settings:
    """The settings, as far as looking into the database needs them."""
    settings = settings_of()
    if not settings.keys:
        fail([NO_KEY])
    quiet_logs()
    return settings


def _which(ids: list[int] | None, *, everything: bool) -> list[int] | None:
    if bool(ids) == everything:
        fail(["name the numbers that are listed, or --all"])
    return ids or None


def _shape(*, as_csv: bool, as_json: bool) -> Literal["table", "csv", "json"]:
    if as_json:
        return "json"
    return "csv" if as_csv else "table"


def _sure(question: str, *, yes: bool) -> None:
    if not yes and not typer.confirm(question):
        raise typer.Exit(1)
