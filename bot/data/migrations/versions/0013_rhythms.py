"""rhythms: what many cadences have in common stands once, and is moved there"""

import sqlalchemy as sa
from alembic import op

import bot.data.base

revision = '0013'
down_revision = '0012'

SHAPE = "community_id, job, zone, minute, weekdays, first_on, last_on, next_on, next_at"
# Those who had a rhythm by the same row had the same instants before them, so that any instant that is over says when it begins.
LONG_AGO = "1970-01-01 00:00:00.000000"


def upgrade() -> None:
    """Bring the schema one step forward."""
    op.create_table('rhythms',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('job', sa.String(length=64), nullable=False),
    sa.Column('zone', sa.String(length=64), nullable=False),
    sa.Column('minute', sa.Integer(), nullable=False),
    sa.Column('weekdays', sa.Integer(), nullable=False),
    sa.Column('first_on', sa.Date(), nullable=False),
    sa.Column('last_on', sa.Date(), nullable=True),
    sa.Column('next_on', sa.Date(), nullable=False),
    sa.Column('next_at', bot.data.base.Instant(timezone=True), nullable=False),
    sa.Column('reached', sa.BigInteger(), nullable=True),
    sa.Column('community_id', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['community_id'], ['communities.id'], name=op.f('fk_rhythms_community_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rhythms'))
    )
    with op.batch_alter_table('rhythms', schema=None) as batch_op:
        batch_op.create_index('ix_rhythms_next_at', ['next_at'], unique=False)

    with op.batch_alter_table('cadences', schema=None) as batch_op:
        batch_op.add_column(sa.Column('rhythm_id', sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column('begins_at', bot.data.base.Instant(timezone=True), nullable=True))

    _move()

    with op.batch_alter_table('cadences', schema=None) as batch_op:
        batch_op.alter_column('rhythm_id', existing_type=sa.BigInteger(), nullable=False)
        batch_op.alter_column('begins_at', existing_type=bot.data.base.Instant(timezone=True), nullable=False)
        batch_op.drop_index(batch_op.f('ix_cadences_next_at'))
        batch_op.create_index('ix_cadences_rhythm_id_subject_begins_at', ['rhythm_id', 'subject', 'begins_at'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_cadences_rhythm_id'), 'rhythms', ['rhythm_id'], ['id'])
        batch_op.drop_column('first_on')
        batch_op.drop_column('zone')
        batch_op.drop_column('next_at')
        batch_op.drop_column('minute')
        batch_op.drop_column('last_on')
        batch_op.drop_column('next_on')
        batch_op.drop_column('weekdays')


def _move() -> None:
    """What is over goes; of those who have the same, the first gives its id to what they have in common."""
    op.execute("DELETE FROM cadences WHERE next_at IS NULL")
    op.execute(f"INSERT INTO rhythms (id, {SHAPE}) SELECT min(id), {SHAPE} FROM cadences GROUP BY {SHAPE}")
    op.execute(f"""
        UPDATE cadences SET begins_at = '{LONG_AGO}', rhythm_id = alike.first_id FROM (
            SELECT id, min(id) OVER (PARTITION BY {SHAPE}) AS first_id FROM cadences
        ) AS alike WHERE alike.id = cadences.id
    """)
