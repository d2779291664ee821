"""The `convene` command line. Heavy imports wait until a command needs them, so that `--help` answers at once."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, NoReturn

import typer

if TYPE_CHECKING:
    from bot.data.copying import Tally
    from bot.settings import Settings

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="The chat companion of communities of practice.",
)
manifest_app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="The platforms' manifests, generated from what the features declare."
)
app.add_typer(manifest_app, name="manifest")
pack_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Packs: lists of activities for challenges, as YAML.")
app.add_typer(pack_app, name="pack")
db_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="The database.")
app.add_typer(db_app, name="db")
outbox_app = typer.Typer(rich_markup_mode=None, help="What waits to be said: list it, let it try again, give it up.")
app.add_typer(outbox_app, name="outbox")
inbox_app = typer.Typer(rich_markup_mode=None, help="What came in and is not handled: list it, let it be, give it up.")
app.add_typer(inbox_app, name="inbox")

Ids = Annotated[list[int] | None, typer.Argument(metavar="ID...", help="Numbers as they are listed.")]
All = Annotated[bool, typer.Option("--all", help="All that are parked or held.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
AsCsv = Annotated[bool, typer.Option("--csv", help="Print CSV.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]

WRONG = 2
NO_PLATFORM = (
    "no platform is configured: set SLACK_BOT_TOKEN and SLACK_APP_TOKEN, SLACK_CLIENT_ID for many workspaces, "
    "or APP_ID and APP_PASSWORD; the playground needs none of them"
)
NO_KEY = "CONVENE_SECRET_KEY is missing: a list of keys of at least 32 characters, the first one writes"
SEALED = "what people wrote opens with the CONVENE_SECRET_KEY that sealed it, and with no other"


def main() -> None:
    """Run the command line."""
    app()


@app.command()
def play(
    port: Annotated[int, typer.Option(envvar="PORT", help="Port of the page.")] = 8080,
    fresh: Annotated[bool, typer.Option("--fresh", help="Start over: forget what was said.")] = False,
    folder: Annotated[Path, typer.Option(help="Where the playground keeps its data.")] = Path("var"),
) -> None:
    """Serve the playground: both platforms faked on this machine, and one page to act as anybody."""
    _quiet_logs()
    from bot.play import play as run
    from bot.play import prepare

    prepare(folder, fresh=fresh)
    try:
        asyncio.run(run(folder, port))
    except OSError as error:
        _fail([f"port {port} cannot be used ({error.strerror}): choose another with PORT=8081"])


@app.command()
def serve() -> None:
    """Serve the platforms whose credentials are in the environment or in .env."""
    settings = _settings()
    problems = []
    if not settings.has_slack and not settings.has_teams:
        problems.append(NO_PLATFORM)
    if not settings.keys:
        problems.append(NO_KEY)
    if problems:
        _fail(problems)
    _logs(more=settings.log_level == "debug")
    from bot.app import CannotServe, OutdatedDatabase
    from bot.app import serve as run

    try:
        asyncio.run(run(settings))
    except (OutdatedDatabase, CannotServe) as refused:
        _fail([str(refused)])


@app.command()
def check(
    offline: Annotated[bool, typer.Option("--offline", help="Ask no platform anything.")] = False,
    endpoint: Annotated[str | None, typer.Option(help="Public https address of /api/messages, to be asked as a stranger would.")] = None,
    package: Annotated[Path, typer.Option(help="The Teams package that you uploaded, to be compared.")] = Path("convene-teams.zip"),
) -> None:
    """Check configuration, database and clock, ask the platforms with the credentials that are there, and say what mends what is wrong."""
    from bot.check import findings

    settings = _settings()
    found = asyncio.run(findings(settings, asks_platforms=not offline, endpoint=endpoint, package=package))
    for finding in found:
        typer.echo(f"{'ok  ' if finding.is_fine else 'FIX '} {finding.words}")
    if not all(finding.is_fine for finding in found):
        raise typer.Exit(1)


@app.command()
def migrate(
    new: Annotated[str | None, typer.Option("--new", help="Write the migration that the tables ask for, under this name.")] = None,
) -> None:
    """Bring the database to this program's schema."""
    from bot.data import schema

    if new is not None:
        from bot.generated import new_migration

        typer.echo(f"wrote {new_migration(new)}")
        return
    settings = _settings()
    asyncio.run(schema.migrate(settings.database_url))
    typer.echo(f"the database is at revision {schema.head()}")


@db_app.command("copy")
def db_copy(
    target: Annotated[str, typer.Option("--to", help="The address of an empty database.")],
    source: Annotated[str | None, typer.Option("--from", help="The address to copy from; DATABASE_URL where it is left out.")] = None,
) -> None:
    """Copy everything into another database, SQLite or PostgreSQL, and compare every row; the bot must be stopped."""
    from bot.data import copying

    addresses = [_database(source or _settings().database_url), _database(target)]
    _copied(copying.copy(*addresses), f"set DATABASE_URL to the new address and keep CONVENE_SECRET_KEY as it is: {SEALED}")


@app.command()
def backup(file: Annotated[Path, typer.Argument(help="The file to write; it must not be there yet.")]) -> None:
    """Write everything as it stands at one instant into a file; the bot may go on meanwhile."""
    from bot.data import copying

    _copied(copying.back_up(_settings().database_url, file), f"wrote {file}; the key is not in it, keep it at another place: {SEALED}")


@app.command()
def restore(file: Annotated[Path, typer.Argument(help="A file that `backup` wrote.")]) -> None:
    """Bring a backup into the database of DATABASE_URL, which must be empty; the bot must be stopped."""
    from bot.data import copying

    _copied(copying.restore(file, _settings().database_url), f"restored {file}: {SEALED}")


@app.command()
def generate(
    check: Annotated[bool, typer.Option("--check", help="Change nothing; fail when something is stale, and say what mends it.")] = False,
) -> None:
    """Write anew whatever is generated: manifests, the golden file of wire names, snapshots of views."""
    from bot import generated

    if check:
        stale = generated.stale()
        if stale:
            _fail(stale)
        return
    changed = generated.write()
    for path in changed:
        typer.echo(f"wrote {path}")
    if not changed:
        typer.echo("everything is as the code declares it")


@app.command()
def gallery() -> None:
    """Write pictures of every view on both platforms into build/gallery (needs chromium)."""
    from bot.gallery import draw

    typer.echo(f"wrote {draw()}")


@manifest_app.command("slack")
def manifest_slack(
    request_url: Annotated[str | None, typer.Option(help="https address of /slack/events; without it the app uses Socket Mode.")] = None,
    many: Annotated[bool, typer.Option("--many", help="Workspaces install it themselves, at /slack/install.")] = False,
) -> None:
    """Print the Slack manifest, to be pasted where Slack asks for one; SLACK_OPTIONAL says what more it asks for."""
    from bot.generated import slack_manifest_text
    from manifest.limits import Refused

    if many and request_url is None:
        _fail(["--many needs --request-url: workspaces install over HTTP"])
    settings = _settings()
    try:
        made = slack_manifest_text(settings.convene_command_prefix, request_url, is_for_many=many, extras=settings.slack_extras)
    except Refused as refused:
        _fail([str(refused)])
    typer.echo(made)


@manifest_app.command("teams")
def manifest_teams(
    app_id: Annotated[str, typer.Option(help="The bot's Microsoft App ID.")],
    domain: Annotated[str | None, typer.Option(help="Public host name of this bot.")] = None,
    out: Annotated[Path, typer.Option(help="The package to write.")] = Path("convene-teams.zip"),
    hears_all: Annotated[
        bool, typer.Option("--hears-all", help="Ask teams and group chats to let replies through that do not mention the bot.")
    ] = False,
) -> None:
    """Write the Teams app package."""
    from bot.generated import write_teams_package
    from manifest.limits import Refused

    try:
        written = write_teams_package(app_id, domain, out, hears_all=hears_all)
    except Refused as refused:
        _fail([str(refused)])
    typer.echo(f"wrote {written}")


@pack_app.command("check")
def pack_check(file: Annotated[Path, typer.Argument(help="A pack as YAML.")]) -> None:
    """Read a pack and say everything that is wrong with it, each with its line."""
    from bot.chat.reading import say_label
    from handlers.packs.reading import LARGEST, read_file
    from handlers.packs.rules import Pack

    try:
        with file.open("rb") as opened:
            content = opened.read(LARGEST + 1)  # one byte more than a pack may have is enough to refuse it
    except OSError as error:
        _fail([f"{file} cannot be read ({error.strerror})"])
    read = read_file(content)
    if isinstance(read, Pack):
        days = len(read.activities)
        typer.echo(f"{days} {'activity' if days == 1 else 'activities'}, all complete")
        return
    for problem in read:
        typer.echo(f"{file}:{problem.line}: {say_label(problem.words, 'en')}")
    raise typer.Exit(1)


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


@app.command()
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
        _fail([f"{day} is no date: write it as 2026-11-22"])
    settings = _operator()
    from bot import overseeing

    typer.echo(overseeing.audit(settings, on, community, kind, _shape(as_csv=as_csv, as_json=as_json)))


def _operator() -> Settings:
    """The settings, as far as looking into the database needs them."""
    settings = _settings()
    if not settings.keys:
        _fail([NO_KEY])
    _quiet_logs()
    return settings


def _which(ids: list[int] | None, *, everything: bool) -> list[int] | None:
    if bool(ids) == everything:
        _fail(["name the numbers that are listed, or --all"])
    return ids or None


def _shape(*, as_csv: bool, as_json: bool) -> Literal["table", "csv", "json"]:
    if as_json:
        return "json"
    return "csv" if as_csv else "table"


def _sure(question: str, *, yes: bool) -> None:
    if not yes and not typer.confirm(question):
        raise typer.Exit(1)


def _settings() -> Settings:
    from bot.settings import WrongSettings, load

    try:
        return load()
    except WrongSettings as wrong:
        _fail(wrong.problems)


def _database(url: str) -> str:
    from bot.settings import known_database

    try:
        return known_database(url)
    except ValueError as wrong:
        _fail([f"the address of a database {wrong}"])


def _copied(work: Coroutine[Any, Any, dict[str, Tally]], said: str) -> None:
    """Copy, and say what was; every feature's tables have to be known for it."""
    from bot.data.copying import CannotCopy
    from handlers import features

    features()
    try:
        tallies = asyncio.run(work)
    except CannotCopy as refused:
        _fail([str(refused)])
    typer.echo(f"{sum(each.rows for each in tallies.values())} rows in {len(tallies)} tables, compared on both sides")
    typer.echo(said)


def _fail(problems: list[str]) -> NoReturn:
    for problem in problems:
        typer.echo(f"convene: {problem}", err=True)
    sys.exit(WRONG)


def _logs(*, more: bool) -> None:
    from bot.logs import configure

    configure(more=more)


def _quiet_logs() -> None:
    from bot.logs import configure

    configure(quiet=True)


if __name__ == "__main__":
    main()
