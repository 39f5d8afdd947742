"""corrections of blank tables

Revision: 0023
Follows: 0022
"""

from alembic import op
import sqlalchemy as sa

from app.database.types import json_type


revision = '0023'
down_revision = '0022'
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table('table_answers', schema=None) as batch_op:
        batch_op.add_column(sa.Column('corrections', json_type(), server_default='{}', nullable=False))

    with op.batch_alter_table('table_collections', schema=None) as batch_op:
        batch_op.add_column(sa.Column('corrections', json_type(), server_default='{}', nullable=False))

    with op.batch_alter_table('table_fillings', schema=None) as batch_op:
        batch_op.add_column(sa.Column('corrections', json_type(), server_default='{}', nullable=False))


def downgrade():
    with op.batch_alter_table('table_fillings', schema=None) as batch_op:
        batch_op.drop_column('corrections')

    with op.batch_alter_table('table_collections', schema=None) as batch_op:
        batch_op.drop_column('corrections')

    with op.batch_alter_table('table_answers', schema=None) as batch_op:
        batch_op.drop_column('corrections')
