"""Inserts that leave alone what stands already, of the database that is there: the other one's dialect is not loaded for them."""

from __future__ import annotations

from importlib import import_module
from typing import Any


def insert(kind: str, into: Any) -> Any:
    """An insert without values, of the dialect's own kind; `kind` is its name."""
    return import_module(f"sqlalchemy.dialects.{kind}").insert(into)


def insert_if_new(kind: str, into: Any) -> Any:
    """The same, which does nothing about rows that clash."""
    return insert(kind, into).on_conflict_do_nothing()
