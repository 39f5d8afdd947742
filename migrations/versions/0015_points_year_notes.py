"""points year notes

Revision: 0015
Follows: 0014
"""

from alembic import op
import sqlalchemy as sa


revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('points_year_notes',
    sa.Column('step_uid', sa.String(length=32), nullable=False),
    sa.Column('worker_uid', sa.String(length=32), nullable=False),
    sa.Column('worker_id', sa.Integer(), nullable=False),
    sa.Column('area_code', sa.String(length=40).with_variant(sa.String(length=40, collation='C'), 'postgresql'), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('stage', sa.Integer(), nullable=False),
    sa.Column('part', sa.String(length=100), nullable=False),
    sa.Column('value', sa.Numeric(9, 1), nullable=True),
    sa.Column('attempt', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('step_uid'),
    sa.UniqueConstraint('worker_uid', 'year', 'kind', 'stage', 'part', 'attempt', name='uq_points_year_notes_once')
    )
    with op.batch_alter_table('points_year_notes', schema=None) as batch_op:
        batch_op.create_index('ix_points_year_notes_area', ['year', 'area_code'], unique=False)


def downgrade():
    with op.batch_alter_table('points_year_notes', schema=None) as batch_op:
        batch_op.drop_index('ix_points_year_notes_area')
    op.drop_table('points_year_notes')
