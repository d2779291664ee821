"""row numbers"""

import re

import sqlalchemy as sa
from alembic import op

revision = '0016'
down_revision = '0015'

_NAME = re.compile(r'CREATE TABLE "?\w+"?')


def upgrade() -> None:
    """Bring the schema one step forward."""
    op.drop_index('ix_posts_lane_id_message_id', 'posts')
    has_message_id = sa.text('message_id IS NOT NULL')
    op.create_index(
        'ix_posts_message_id_lane_id', 'posts', ['message_id', 'lane_id'], sqlite_where=has_message_id, postgresql_where=has_message_id
    )
    connection = op.get_bind()
    if connection.dialect.name == 'sqlite':
        _let_keys_be_row_numbers(connection)


def _let_keys_be_row_numbers(connection: sa.Connection) -> None:
    """Each table is written anew, with INTEGER in place of BIGINT: SQLite changes no key of a table that is there."""
    made = connection.execute(sa.text("SELECT type, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid")).all()
    for kind, table, sql in made:
        if kind != 'table' or 'BIGINT' not in sql:
            continue
        connection.exec_driver_sql(_NAME.sub('CREATE TABLE _anew', sql.replace('BIGINT', 'INTEGER'), count=1))
        columns = ', '.join(f'"{each["name"]}"' for each in sa.inspect(connection).get_columns(table))
        connection.exec_driver_sql(f'INSERT INTO _anew ({columns}) SELECT {columns} FROM "{table}"')  # noqa: S608 - names only
        connection.exec_driver_sql(f'DROP TABLE "{table}"')
        connection.exec_driver_sql(f'ALTER TABLE _anew RENAME TO "{table}"')
        for index in [sql for kind, of, sql in made if kind == 'index' and of == table]:
            connection.exec_driver_sql(index)
