"""deadlines of matters

Revision: 0047
Follows: 0046
"""

from alembic import op
import sqlalchemy as sa

import app.database.types


revision = '0047'
down_revision = '0046'
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table('flow_cases', schema=None) as batch_op:
        batch_op.add_column(sa.Column('deadline_at', app.database.types.UtcMoment(), nullable=True))
    # What an open event was told so far is the deadline that a new calendar may move.
    op.execute(
        "UPDATE flow_cases SET deadline_at = (SELECT events.due_at FROM events WHERE events.id = flow_cases.row_id) "
        "WHERE flow_cases.register = 'events' AND NOT flow_cases.is_ended "
        "AND EXISTS (SELECT 1 FROM events WHERE events.id = flow_cases.row_id AND events.handling = 'own')"
    )


def downgrade():
    with op.batch_alter_table('flow_cases', schema=None) as batch_op:
        batch_op.drop_column('deadline_at')
