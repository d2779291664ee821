"""A list of ids as one parameter, so that a statement that asks for several rows at once stays prebuilt."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ARRAY, BigInteger, ColumnElement, Dialect, Text, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import Boolean, TypeDecorator, TypeEngine


class _Ids(TypeDecorator[Sequence[int]]):
    """Ids on their way to the database: an array on PostgreSQL, JSON on SQLite."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(ARRAY(BigInteger()) if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: Sequence[int] | None, dialect: Dialect) -> Any:
        ids = list(value or ())
        return ids if dialect.name == "postgresql" else json.dumps(ids)


class _Among(ColumnElement[bool]):
    inherit_cache = False
    _is_implicitly_boolean = True  # no "= 1" behind it, which would keep SQLite from the index
    type = Boolean()

    def __init__(self, column: ColumnElement[int], name: str) -> None:
        self.column, self.ids = column, bindparam(name, type_=_Ids())

    def get_children(self, **_options: Any) -> Sequence[ColumnElement[Any]]:
        return self.column, self.ids


def among(column: Any, name: str) -> ColumnElement[bool]:
    """Whether a column's value is one of the ids that are given under this name when the statement runs."""
    return _Among(column, name)


@compiles(_Among, "sqlite")
def _in_json(element: _Among, compiler: SQLCompiler, **options: Any) -> str:
    column, ids = compiler.process(element.column, **options), compiler.process(element.ids, **options)
    return f"{column} IN (SELECT value FROM json_each({ids}))"  # noqa: S608 - both were compiled by SQLAlchemy


@compiles(_Among, "postgresql")
def _in_array(element: _Among, compiler: SQLCompiler, **options: Any) -> str:
    return f"{compiler.process(element.column, **options)} = ANY({compiler.process(element.ids, **options)})"
