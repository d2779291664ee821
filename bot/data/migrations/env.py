"""Alembic's entry: runs on the connection that bot.data.schema gives it."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import DefaultClause, False_, True_

config = context.config
connection = config.attributes["connection"]


def portable(kind: str, item: Any, _autogenerate: Any) -> str | Literal[False]:
    """A truth value as each database spells it; rendered while looking at SQLite it would be a number, which PostgreSQL refuses."""
    if kind == "server_default" and isinstance(item, DefaultClause) and isinstance(item.arg, True_ | False_):
        return f"sa.{'true' if isinstance(item.arg, True_) else 'false'}()"
    return False


context.configure(
    connection=connection,
    target_metadata=config.attributes.get("metadata"),
    compare_type=True,
    render_as_batch=True,  # SQLite changes a column by rebuilding its table
    render_item=portable,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
