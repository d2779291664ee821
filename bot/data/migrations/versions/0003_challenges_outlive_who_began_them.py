"""challenges outlive who began them"""

import sqlalchemy as sa
from alembic import op


revision = '0003'
down_revision = '0002'


def upgrade() -> None:
    """Bring the schema one step forward."""
    with op.batch_alter_table('challenges') as table:
        table.drop_constraint('fk_challenges_started_by', type_='foreignkey')
        table.alter_column('started_by', existing_type=sa.BigInteger(), nullable=True)
        table.create_foreign_key('fk_challenges_started_by', 'people', ['started_by'], ['id'], ondelete='SET NULL')
