"""keep figures counted from another day in final months

Revision: 0021
Follows: 0020
"""

from alembic import op
import sqlalchemy as sa


revision = '0021'
down_revision = '0020'
branch_labels = None
depends_on = None

# The constraint of 0008 has the name PostgreSQL gave it; on SQLite it has none, and is found by this rule.
NAMES = {"uq": "%(table_name)s_%(column_0_N_name)s_key"}
OLD = ['final_month_id', 'indicator', 'area_code']
NEW = [*OLD, 'start_day']


def _name(columns):
    return f"frozen_figures_{'_'.join(columns)}_key"


def upgrade():
    with op.batch_alter_table('frozen_figures', schema=None, naming_convention=NAMES) as batch_op:
        batch_op.add_column(sa.Column('start_day', sa.Integer(), server_default='1', nullable=False))
        batch_op.drop_constraint(_name(OLD), type_='unique')
        batch_op.create_unique_constraint(_name(NEW), NEW)


def downgrade():
    with op.batch_alter_table('frozen_figures', schema=None, naming_convention=NAMES) as batch_op:
        batch_op.drop_constraint(_name(NEW), type_='unique')
        batch_op.create_unique_constraint(_name(OLD), OLD)
        batch_op.drop_column('start_day')
