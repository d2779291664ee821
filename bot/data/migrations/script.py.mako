"""${message}"""

import sqlalchemy as sa
from alembic import op

import bot.data.base

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    """Bring the schema one step forward."""
    ${upgrades if upgrades else "pass"}
