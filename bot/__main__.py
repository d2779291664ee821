"""The `convene` command line. Heavy imports wait until a command needs them, so that `--help` answers at once."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot import queues
from bot.terminal import NO_KEY, fail, quiet_logs
from bot.terminal import settings as settings_of

if TYPE_CHECKING:
    from bot.data.copying import Tally

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
app.add_typer(queues.outbox_app, name="outbox")
app.add_typer(queues.inbox_app, name="inbox")
app.command()(queues.audit)

NO_PLATFORM = (
    "no platform is configured: set SLACK_BOT_TOKEN and SLACK_APP_TOKEN, SLACK_CLIENT_ID for many workspaces, "
    "or APP_ID and APP_PASSWORD; the playground needs none of them"
)
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
    quiet_logs()
    from bot.play import play as run
    from bot.play import prepare

    prepare(folder, fresh=fresh)
    try:
        asyncio.run(run(folder, port))
    except OSError as error:
        fail([f"port {port} cannot be used ({error.strerror}): choose another with PORT=8081"])


@app.command()
def serve() -> None:
    """Serve the platforms whose credentials are in the environment or in .env."""
    settings = settings_of()
    problems = []
    if not settings.has_slack and not settings.has_teams:
        problems.append(NO_PLATFORM)
    if not settings.keys:
        problems.append(NO_KEY)
    if problems:
        fail(problems)
    _logs(more=settings.log_level == "debug")
    from bot.app import CannotServe, OutdatedDatabase
    from bot.app import serve as run

    try:
        asyncio.run(run(settings))
    except (OutdatedDatabase, CannotServe) as refused:
        fail([str(refused)])


@app.command()
def check(
    offline: Annotated[bool, typer.Option("--offline", help="Ask no platform anything.")] = False,
    endpoint: Annotated[str | None, typer.Option(help="Public https address of /api/messages, to be asked as a stranger would.")] = None,
    package: Annotated[Path, typer.Option(help="The Teams package that you uploaded, to be compared.")] = Path("convene-teams.zip"),
) -> None:
    """Check configuration, database and clock, ask the platforms with the credentials that are there, and say what mends what is wrong."""
    from bot.check import findings

    settings = settings_of()
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
    settings = settings_of()
    asyncio.run(schema.migrate(settings.database_url))
    typer.echo(f"the database is at revision {schema.head()}")


@db_app.command("copy")
def db_copy(
    target: Annotated[str, typer.Option("--to", help="The address of an empty database.")],
    source: Annotated[str | None, typer.Option("--from", help="The address to copy from; DATABASE_URL where it is left out.")] = None,
) -> None:
    """Copy everything into another database, SQLite or PostgreSQL, and compare every row; the bot must be stopped."""
    from bot.data import copying

    addresses = [_database(source or settings_of().database_url), _database(target)]
    _copied(copying.copy(*addresses), f"set DATABASE_URL to the new address and keep CONVENE_SECRET_KEY as it is: {SEALED}")


@app.command()
def backup(file: Annotated[Path, typer.Argument(help="The file to write; it must not be there yet.")]) -> None:
    """Write everything as it stands at one instant into a file; the bot may go on meanwhile."""
    from bot.data import copying

    _copied(copying.back_up(settings_of().database_url, file), f"wrote {file}; the key is not in it, keep it at another place: {SEALED}")


@app.command()
def restore(file: Annotated[Path, typer.Argument(help="A file that `backup` wrote.")]) -> None:
    """Bring a backup into the database of DATABASE_URL, which must be empty; the bot must be stopped."""
    from bot.data import copying

    _copied(copying.restore(file, settings_of().database_url), f"restored {file}: {SEALED}")


@app.command()
def generate(
    check: Annotated[bool, typer.Option("--check", help="Change nothing; fail when something is stale, and say what mends it.")] = False,
) -> None:
    """Write anew whatever is generated: manifests, the golden file of wire names, snapshots of views."""
    from bot import generated

    if check:
        stale = generated.stale()
        if stale:
            fail(stale)
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
        fail(["--many needs --request-url: workspaces install over HTTP"])
    settings = settings_of()
    try:
        made = slack_manifest_text(settings.convene_command_prefix, request_url, is_for_many=many, extras=settings.slack_extras)
    except Refused as refused:
        fail([str(refused)])
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
        fail([str(refused)])
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
        fail([f"{file} cannot be read ({error.strerror})"])
    read = read_file(content)
    if isinstance(read, Pack):
        days = len(read.activities)
        typer.echo(f"{days} {'activity' if days == 1 else 'activities'}, all complete")
        return
    for problem in read:
        typer.echo(f"{file}:{problem.line}: {say_label(problem.words, 'en')}")
    raise typer.Exit(1)


def _database(url: str) -> str:
    from bot.settings import known_database

    try:
        return known_database(url)
    except ValueError as wrong:
        fail([f"the address of a database {wrong}"])


def _copied(work: Coroutine[Any, Any, dict[str, Tally]], said: str) -> None:
    """Copy, and say what was; every feature's tables have to be known for it."""
    from bot.data.copying import CannotCopy
    from handlers import features

    features()
    try:
        tallies = asyncio.run(work)
    except CannotCopy as refused:
        fail([str(refused)])
    typer.echo(f"{sum(each.rows for each in tallies.values())} rows in {len(tallies)} tables, compared on both sides")
    typer.echo(said)


def _logs(*, more: bool) -> None:
    from bot.logs import configure

    configure(more=more)


if __name__ == "__main__":
    main()
