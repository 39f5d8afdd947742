"""which approved answers a category of events asks for first

Revision: 0050
Follows: 0049
"""

from alembic import op
import sqlalchemy as sa


revision = '0050'
down_revision = '0049'
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table('event_categories', schema=None) as batch_op:
        batch_op.add_column(sa.Column('answers', sa.String(length=40), nullable=True))


def downgrade():
    with op.batch_alter_table('event_categories', schema=None) as batch_op:
        batch_op.drop_column('answers')
