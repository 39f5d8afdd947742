"""what each month brought to a project

Revision: 0045
Follows: 0044
"""

from alembic import op
import sqlalchemy as sa


revision = '0045'
down_revision = '0044'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('project_progress',
    sa.Column('month_on', sa.Date(), nullable=False),
    sa.Column('percent', sa.Integer(), nullable=True),
    sa.Column('words', sa.String(length=500), nullable=False),
    sa.Column('told_by', sa.String(length=64), nullable=False),
    sa.Column('told_on', sa.Date(), nullable=False),
    sa.Column('project_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('uid', sa.String(length=32), nullable=False),
    sa.Column('area_code', sa.String(length=40).with_variant(sa.String(length=40, collation='C'), 'postgresql'), nullable=False),
    sa.ForeignKeyConstraint(['project_id'], ['projects.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('project_id', 'month_on'),
    sa.UniqueConstraint('uid')
    )


def downgrade():
    op.drop_table('project_progress')
