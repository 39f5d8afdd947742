"""files of a pile that wait to be read

Revision: 0020
Follows: 0019
"""

from alembic import op
import sqlalchemy as sa


revision = '0020'
down_revision = '0019'
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table('table_pile_files', schema=None) as batch_op:
        batch_op.add_column(sa.Column('file_box', sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column('job_id', sa.Integer(), nullable=True))


def downgrade():
    with op.batch_alter_table('table_pile_files', schema=None) as batch_op:
        batch_op.drop_column('job_id')
        batch_op.drop_column('file_box')
