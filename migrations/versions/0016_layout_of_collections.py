"""layout of collections

Revision: 0016
Follows: 0015
"""

from alembic import op
import sqlalchemy as sa

from app.database.types import json_type


revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table('table_collections', schema=None) as batch_op:
        batch_op.add_column(sa.Column('layout', json_type(), nullable=False, server_default='[]'))


def downgrade():
    with op.batch_alter_table('table_collections', schema=None) as batch_op:
        batch_op.drop_column('layout')
