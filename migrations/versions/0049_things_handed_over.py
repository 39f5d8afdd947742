"""things handed over with the work, one a line

Revision: 0049
Follows: 0047
"""

from alembic import op
import sqlalchemy as sa

from app.database.types import json_type


revision = '0049'
down_revision = '0047'
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table('handovers', schema=None) as batch_op:
        batch_op.add_column(sa.Column('thing_lines', json_type(), nullable=False, server_default='[]'))


def downgrade():
    with op.batch_alter_table('handovers', schema=None) as batch_op:
        batch_op.drop_column('thing_lines')
