"""how matters of supervision ended, the first day a department was called, the day a whistle was settled

Revision: 0044
Follows: 0043
"""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from alembic import op
import sqlalchemy as sa

revision = '0044'
down_revision = '0043'
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table('supervision_items', schema=None) as batch_op:
        batch_op.add_column(sa.Column('is_dropped', sa.Boolean(), server_default=sa.false(), nullable=False))
    with op.batch_alter_table('whistle_calls', schema=None) as batch_op:
        batch_op.add_column(sa.Column('called_on', sa.Date(), nullable=True))
    with op.batch_alter_table('whistles', schema=None) as batch_op:
        batch_op.add_column(sa.Column('settled_on', sa.Date(), nullable=True))
    _tell_what_is_known(op.get_bind())


def _tell_what_is_known(connection):
    """Fill the columns of rows that were there before, from their cases and from each other."""
    cases = sa.table('flow_cases', sa.column('register'), sa.column('row_id'), sa.column('state'))
    items = sa.table('supervision_items', sa.column('id'), sa.column('is_dropped', sa.Boolean()))
    whistles = sa.table(
        'whistles', sa.column('id'), sa.column('blown_at', sa.DateTime(timezone=True)), sa.column('settled_on', sa.Date())
    )
    calls = sa.table(
        'whistle_calls', sa.column('whistle_id'), sa.column('called_on', sa.Date()), sa.column('scored_on', sa.Date())
    )

    def in_states(register, *states):
        return sa.select(cases.c.row_id).where(cases.c.register == register, cases.c.state.in_(states))

    connection.execute(
        items.update().where(items.c.id.in_(in_states('supervision_items', 'dropped'))).values(is_dropped=True)
    )
    last_score = sa.select(sa.func.max(calls.c.scored_on)).where(calls.c.whistle_id == whistles.c.id).scalar_subquery()
    connection.execute(
        whistles.update()
        .where(whistles.c.id.in_(in_states('whistles', 'settled', 'answered')))
        .values(settled_on=last_score)
    )
    blown = connection.execute(sa.select(whistles.c.id, whistles.c.blown_at).where(whistles.c.blown_at.is_not(None)))
    for whistle_id, blown_at in blown.all():
        connection.execute(
            calls.update().where(calls.c.whistle_id == whistle_id).values(called_on=_day(blown_at))
        )


def _day(moment: datetime):
    """The day of a moment in the office; SQLite keeps moments in UTC without saying so."""
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    return aware.astimezone(ZoneInfo('Asia/Shanghai')).date()


def downgrade():
    with op.batch_alter_table('whistles', schema=None) as batch_op:
        batch_op.drop_column('settled_on')
    with op.batch_alter_table('whistle_calls', schema=None) as batch_op:
        batch_op.drop_column('called_on')
    with op.batch_alter_table('supervision_items', schema=None) as batch_op:
        batch_op.drop_column('is_dropped')
