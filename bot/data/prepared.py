"""Prebuilt statements straight on the driver: compiled once per database, past SQLAlchemy's execution, which costs six times as much."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache, partial
from operator import itemgetter
from typing import Any, cast
from weakref import WeakKeyDictionary, ref

from sqlalchemy import JSON, BindParameter, Boolean, Connection, Executable, Table, TextClause
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError, MultipleResultsFound, NoResultFound
from sqlalchemy.pool import PoolProxiedConnection
from sqlalchemy.sql import visitors
from sqlalchemy.util import await_only

from bot.data.base import Instant

Convert = Callable[[Any], Any]
Cells = Sequence[Any]


class Found:
    """The rows that a prebuilt statement gave, all of them fetched; asked as SQLAlchemy's own results are."""

    __slots__ = ("_rows",)

    def __init__(self, rows: Sequence[Any]) -> None:
        self._rows = rows

    def __iter__(self) -> Iterator[Any]:
        return iter(self._rows)

    def all(self) -> Sequence[Any]:
        """Every row."""
        return self._rows

    def first(self) -> Any:
        """The first row; None where there is none."""
        return self._rows[0] if self._rows else None

    def one_or_none(self) -> Any:
        """The only row; None where there is none."""
        if len(self._rows) > 1:
            raise MultipleResultsFound("at most one row was expected")
        return self.first()

    def one(self) -> Any:
        """The only row."""
        if not self._rows:
            raise NoResultFound("one row was expected")
        return self.one_or_none()

    def scalars(self) -> Sequence[Any]:
        """The first column."""
        return [row[0] for row in self._rows]

    def scalar(self) -> Any:
        """The first cell of the first row; None where there is none."""
        return self._rows[0][0] if self._rows else None

    def scalar_one(self) -> Any:
        """The first cell of the only row."""
        return self.one()[0]

    def scalar_one_or_none(self) -> Any:
        """The first cell of the only row; None where there is none."""
        row = self.one_or_none()
        return row[0] if row is not None else None


class Prepared:
    """One statement as its database takes it; what comes back are tuples with names, read many times faster than its rows."""

    def __init__(self, statement: Any, dialect: Dialect, given: Iterable[str]) -> None:
        self._dialect = dialect
        writes = statement.is_insert or statement.is_update
        compiled = statement.compile(dialect=dialect, column_keys=list(given) if writes else None)
        self.is_plain = not compiled.post_compile_params and not compiled.literal_execute_params
        self._sql = str(compiled)
        constants = {name: bind.effective_value for name, bind in compiled.binds.items() if not bind.required}
        for column in (*compiled.insert_prefetch, *compiled.update_prefetch):
            default = column.default if statement.is_insert else column.onupdate
            self.is_plain = self.is_plain and default is not None and default.is_scalar
            constants[column.key] = getattr(default, "arg", None)
        self._constants = constants
        self._names = tuple(compiled.positiontup or ())
        self._pick = _picker(self._names)
        sent = [self._bind_convert(compiled.binds.get(name), compiled._bind_processors.get(name)) for name in self._names]
        self._writes = [(place, convert) for place, convert in enumerate(sent) if convert is not None]
        columns = compiled._result_columns if compiled.effective_returning or (not writes and not statement.is_delete) else ()
        row = cast(Any, namedtuple)("Row", [column.keyname for column in columns], rename=True)
        self._row = partial(tuple.__new__, row)  # what its own _make does, without a step in Python
        read = [self._result_convert(column.type) for column in columns]
        self._reads = [(place, convert) for place, convert in enumerate(read) if convert is not None]
        self._has_rows = bool(columns)
        self._is_asyncpg = dialect.driver == "asyncpg"

    def _bind_convert(self, bind: Any, usual: Convert | None) -> Convert | None:
        if bind is None:
            return usual
        if type(bind.type) is Instant:
            return _instant_as_text if self._dialect.name == "sqlite" else _instant
        return None if isinstance(bind.type, Boolean) else usual  # both drivers take a bool as it is

    def _result_convert(self, kind: Any) -> Convert | None:
        if type(kind) is Instant:
            return _instant_from_text if self._dialect.name == "sqlite" else _instant
        convert: Convert | None = kind._cached_result_processor(self._dialect, None)
        return _read_json(convert) if convert is not None and isinstance(kind, JSON) else convert

    def run(self, connection: Connection, values: Mapping[str, Any]) -> Found:
        """Execute in the transaction that is under way; every row is fetched. Raises what SQLAlchemy would."""
        try:
            fetched = self._fetched(connection.connection, self._sent(values))
        except self._dialect.loaded_dbapi.Error as error:
            raise self._told(connection, error) from error
        if not fetched:
            return NOTHING
        return Found([self._row(self._read(cells)) for cells in fetched])

    def run_many(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Execute for each of many rows, in the transaction that is under way."""
        self._executemany(connection, [self._sent(values) for values in rows])

    def run_table(self, connection: Connection, names: Sequence[str], rows: Sequence[Cells]) -> None:
        """Execute for each row of a table whose columns have these names, and are all that the statement is given."""
        columns, constants = (*names, *self._constants), tuple(self._constants.values())
        pick = _picker([columns.index(name) for name in self._names])
        sent = [list(pick((*row, *constants))) for row in rows]
        for place, convert in self._writes:
            for cells in sent:
                cells[place] = convert(cells[place])
        self._executemany(connection, sent)

    def _executemany(self, connection: Connection, sent: Sequence[Cells]) -> None:
        try:
            cursor = connection.connection.cursor()
            cursor.executemany(self._sql, sent)
            cursor.close()
        except self._dialect.loaded_dbapi.Error as error:
            raise self._told(connection, error) from error

    def _sent(self, values: Mapping[str, Any]) -> list[Any]:
        sent = list(self._pick({**self._constants, **values} if self._constants else values))
        for place, convert in self._writes:
            sent[place] = convert(sent[place])
        return sent

    def _read(self, cells: Cells) -> list[Any]:
        found = list(cells)
        for place, convert in self._reads:
            if (cell := found[place]) is not None:
                found[place] = convert(cell)
        return found

    def _fetched(self, pooled: PoolProxiedConnection, sent: list[Any]) -> Sequence[Cells]:
        if self._is_asyncpg:
            driver: Any = pooled.driver_connection
            if driver.is_in_transaction():  # once it has begun, past the adapter's cursor as well
                adapted: Any = pooled.dbapi_connection
                try:
                    fetched: Sequence[Cells] = await_only(driver.fetch(self._sql, *sent))
                except Exception as error:
                    adapted._handle_exception(error)
                    raise
                return fetched
        cursor = pooled.cursor()
        cursor.execute(self._sql, sent)
        rows = cursor.fetchall() if self._has_rows else ()
        cursor.close()
        return rows

    def _told(self, connection: Connection, error: Any) -> Exception:
        lost = self._dialect.is_disconnect(error, connection.connection.dbapi_connection, None)
        base = self._dialect.loaded_dbapi.Error
        told: Exception = DBAPIError.instance(
            self._sql, None, error, base, hide_parameters=True, connection_invalidated=lost, dialect=self._dialect
        )
        forget_values(told, error)
        if lost:
            connection.invalidate(error)
        return told


NOTHING = Found(())


class Known:
    """What was found out once about a prebuilt statement: whose rows it means, what it is given, and how each database takes it."""

    __slots__ = ("binds", "by_values", "statement", "touches_owned")

    def __init__(self, statement: Any) -> None:
        tables = [each for each in visitors.iterate(statement) if isinstance(each, Table)]
        if isinstance(written := getattr(statement, "table", None), Table):
            tables.append(written)
        self.statement = ref(statement)
        self.touches_owned = any("community_id" in each.c for each in tables)
        named = () if isinstance(statement, TextClause) else visitors.iterate(statement)  # nobody can check what words of SQL mean
        self.binds = {each.key for each in named if isinstance(each, BindParameter)}
        self.by_values: dict[tuple[str, ...], Prepared] = {}  # a dialect and what is given


_known: WeakKeyDictionary[Any, Known] = WeakKeyDictionary()


def known(statement: Executable) -> Known:
    """What is known of a statement."""
    found = _known.get(statement)
    if found is None:
        found = _known[statement] = Known(statement)
    return found


def execute(connection: Connection, asked: Executable | Known, values: Mapping[str, Any]) -> Found:
    """Run a prebuilt statement; what only SQLAlchemy's own execution can do (a list in IN, no transaction yet) is left to it."""
    of = asked if isinstance(asked, Known) else known(asked)
    prepared = _prepared(connection, of, values)
    if prepared.is_plain and connection.in_transaction():
        return prepared.run(connection, values)
    result = connection.execute(cast(Executable, of.statement()), values)
    return Found(result.all()) if result.returns_rows else NOTHING


def execute_many(connection: Connection, statement: Executable, rows: Sequence[Mapping[str, Any]]) -> None:
    """Run a prebuilt statement that gives nothing back for many rows, all of which name the same values."""
    prepared = _prepared(connection, known(statement), rows[0])
    if prepared.is_plain and connection.in_transaction():
        prepared.run_many(connection, rows)
    else:
        connection.execute(statement, list(rows))


def execute_table(connection: Connection, statement: Executable, names: Sequence[str], rows: Sequence[Cells]) -> None:
    """Run a prebuilt statement that gives nothing back for each row of a table with these columns."""
    prepared = _prepared(connection, known(statement), dict.fromkeys(names))
    if prepared.is_plain and connection.in_transaction():
        prepared.run_table(connection, names, rows)
    else:
        connection.execute(statement, [dict(zip(names, row, strict=True)) for row in rows])


def _prepared(connection: Connection, of: Known, values: Mapping[str, Any]) -> Prepared:
    key = (connection.dialect.name, *values)
    prepared = of.by_values.get(key)
    if prepared is None:
        prepared = of.by_values[key] = Prepared(of.statement(), connection.dialect, values)
    return prepared


def _picker(keys: Sequence[Any]) -> Callable[[Any], Sequence[Any]]:
    """What takes the values with these names, or at these places, out of others, in their order."""
    if len(keys) > 1:
        return itemgetter(*keys)
    return lambda values: [values[key] for key in keys]


def _instant(given: datetime | None) -> datetime | None:
    """What the column's own type does, in one step: it is asked for in nearly every statement."""
    if given is None:
        return None
    if given.tzinfo is None:
        raise ValueError("an instant needs its zone")
    return given.astimezone(UTC)


@lru_cache(maxsize=256)  # a batch is given the same few instants again and again
def _instant_as_text(given: datetime | None) -> str | None:
    utc = _instant(given)
    return utc.replace(tzinfo=None).isoformat(" ", "microseconds") if utc is not None else None


@lru_cache(maxsize=256)
def _instant_from_text(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def _read_json(usual: Convert) -> Convert:
    """Most references of people and places are empty."""
    return lambda text: {} if text == "{}" else usual(text)


def forget_values(*failures: BaseException | None) -> None:
    """PostgreSQL repeats refused values in the lines below its message, where hide_parameters does not look."""
    for failure in failures:
        for error in (failure, failure.__cause__ if failure is not None else None):
            if error is not None and error.args:
                error.args = (str(error.args[0]).split("\n", maxsplit=1)[0], *error.args[1:])
            if isinstance(getattr(error, "detail", None), str):
                error.detail = None  # type: ignore[union-attr]
