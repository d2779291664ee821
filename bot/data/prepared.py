"""Prebuilt statements straight on the driver: compiled once per database, past SQLAlchemy's execution, which costs six times as much."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Executable, Result
from sqlalchemy.engine import Dialect, IteratorResult
from sqlalchemy.engine.result import SimpleResultMetaData
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import PoolProxiedConnection
from sqlalchemy.util import await_only

Convert = Callable[[Any], Any]
Row = tuple[Any, ...]
NOTHING = SimpleResultMetaData(())


class Prepared:
    """One statement as its database takes it; what comes back are SQLAlchemy's own rows."""

    def __init__(self, statement: Any, dialect: Dialect, given: Iterable[str]) -> None:
        self._dialect = dialect
        writes = statement.is_insert or statement.is_update
        compiled = statement.compile(dialect=dialect, column_keys=list(given) if writes else None)
        self.is_plain = not compiled.post_compile_params and not compiled.literal_execute_params
        self._sql = str(compiled)
        self._constants = {name: bind.effective_value for name, bind in compiled.binds.items() if not bind.required}
        for column in (*compiled.insert_prefetch, *compiled.update_prefetch):
            default = column.default if statement.is_insert else column.onupdate
            self.is_plain = self.is_plain and default is not None and default.is_scalar
            self._constants[column.key] = getattr(default, "arg", None)
        converts = compiled._bind_processors
        self._binds: list[tuple[str, Convert | None]] = [(name, converts.get(name)) for name in compiled.positiontup or ()]
        columns = compiled._result_columns if compiled.effective_returning or (not writes and not statement.is_delete) else ()
        self._metadata = SimpleResultMetaData([column.keyname for column in columns])
        self._converts = [(n, convert) for n, column in enumerate(columns) if (convert := self._result_convert(column.type)) is not None]
        self._has_rows = bool(columns)

    def _result_convert(self, kind: Any) -> Convert | None:
        convert: Convert | None = kind._cached_result_processor(self._dialect, None)
        return convert

    def run(self, connection: Connection, values: Mapping[str, Any]) -> Result[Any]:
        """Execute in the transaction that is under way; every row is fetched. Raises what SQLAlchemy would."""
        constants = self._constants
        sent = tuple(
            convert(given) if convert is not None else given
            for name, convert in self._binds
            for given in (values[name] if name in values else constants[name],)
        )
        try:
            rows = self._rows(connection.connection, sent)
        except self._dialect.loaded_dbapi.Error as error:
            raise self._told(connection, error) from error
        if not self._has_rows:
            return IteratorResult(NOTHING, iter(()))
        return IteratorResult(self._metadata, map(self._converted, rows) if self._converts else iter(rows))

    def _rows(self, pooled: PoolProxiedConnection, sent: Row) -> Sequence[Row]:
        driver: Any = pooled.driver_connection
        if self._dialect.driver == "asyncpg" and driver.is_in_transaction():  # once it has begun, past the adapter's cursor as well
            adapted: Any = pooled.dbapi_connection
            try:
                fetched: Sequence[Row] = await_only(driver.fetch(self._sql, *sent))
            except Exception as error:
                adapted._handle_exception(error)
                raise
            return fetched
        cursor = pooled.cursor()
        cursor.execute(self._sql, sent)
        rows = cursor.fetchall() if self._has_rows else ()
        cursor.close()
        return rows

    def _converted(self, row: Row) -> Row:
        cells = list(row)
        for n, convert in self._converts:
            cells[n] = convert(cells[n])
        return tuple(cells)

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


_prepared: WeakKeyDictionary[Any, dict[tuple[str, frozenset[str]], Prepared]] = WeakKeyDictionary()


def execute(connection: Connection, statement: Executable, values: Mapping[str, Any]) -> Result[Any]:
    """Run a prebuilt statement; what only SQLAlchemy's own execution can do (a list in IN, no transaction yet) is left to it."""
    known = _prepared.setdefault(statement, {})
    key = (connection.dialect.name, frozenset(values))
    prepared = known.get(key)
    if prepared is None:
        prepared = known[key] = Prepared(statement, connection.dialect, values)
    if not prepared.is_plain or not connection.in_transaction():
        return connection.execute(statement, values)
    return prepared.run(connection, values)


def forget_values(*failures: BaseException | None) -> None:
    """PostgreSQL repeats refused values in the lines below its message, where hide_parameters does not look."""
    for failure in failures:
        for error in (failure, failure.__cause__ if failure is not None else None):
            if error is not None and error.args:
                error.args = (str(error.args[0]).split("\n", maxsplit=1)[0], *error.args[1:])
            if isinstance(getattr(error, "detail", None), str):
                error.detail = None  # type: ignore[union-attr]
