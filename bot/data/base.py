"""The declarative base, the naming convention and the column types that every table uses."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from sqlalchemy import BigInteger, DateTime, ForeignKey, Integer, MetaData, TypeDecorator
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Instant(TypeDecorator[datetime]):
    """An aware UTC instant; a naive one is refused before it can reach the database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive instants; SQLite keeps them as UTC without a zone, so that text order is time order."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs its zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - the signature is SQLAlchemy's
        """Give every instant back aware, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


# An INTEGER of SQLite has 64 bits, too; a key that is called so, and nothing else, is the row's own number: one tree to go down, not two.
WHOLE = BigInteger().with_variant(Integer(), "sqlite")


class Base(DeclarativeBase):
    """Base of all tables."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {int: WHOLE, datetime: Instant}  # noqa: RUF012 - SQLAlchemy reads it as a plain class attribute


# A column that holds the id of a row of whatever table without a foreign key: it follows that row where two rows become one.
ANY_ID = {"holds": "any id"}
PARTIAL = "where"  # the condition of an index of some rows, in its info

# A table whose deleted rows must leave the database's files too: it stays small, and a scrub writes it anew.
REALLY_GOES = {"deleted rows": "really go"}

Id = Annotated[int, mapped_column(WHOLE, primary_key=True, autoincrement=False)]


class Owned:
    """A table whose rows belong to one community: the guard in units.py filters every query on it."""

    @declared_attr
    @classmethod
    def community_id(cls) -> Mapped[int]:
        """The tenant."""
        # the type is said here, because the guard compares with it before anybody has looked where the key leads
        return mapped_column(WHOLE, ForeignKey("communities.id", ondelete="CASCADE"), nullable=False)


def table(row: type[Base]) -> Any:
    """The Core table of a row class, for prebuilt statements."""
    return row.__table__
