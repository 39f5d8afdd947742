"""what the proposer of a need was told of, and what he said

Revision: 0046
Follows: 0045
"""

from alembic import op
import sqlalchemy as sa


revision = '0046'
down_revision = '0045'
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table('needs', schema=None) as batch_op:
        batch_op.add_column(sa.Column('told_of', sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column('satisfaction', sa.String(length=40), nullable=True))


def downgrade():
    with op.batch_alter_table('needs', schema=None) as batch_op:
        batch_op.drop_column('satisfaction')
        batch_op.drop_column('told_of')
