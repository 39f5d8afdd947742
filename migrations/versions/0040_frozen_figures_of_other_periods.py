"""keep figures of weeks, quarters, half-years and years in final months

Revision: 0040
Follows: 0039
"""

from alembic import op
import sqlalchemy as sa


revision = '0040'
down_revision = '0039'
branch_labels = None
depends_on = None

OLD = ['final_month_id', 'indicator', 'area_code', 'start_day']
OLD_NAME = 'frozen_figures_final_month_id_indicator_area_code_start_day_key'
# Named after all five columns it would be longer than the 63 letters PostgreSQL allows.
NEW_NAME = 'frozen_figures_of_period_key'


def upgrade():
    with op.batch_alter_table('frozen_figures', schema=None) as batch_op:
        batch_op.add_column(sa.Column('period', sa.String(length=10), server_default='', nullable=False))
        batch_op.drop_constraint(OLD_NAME, type_='unique')
        batch_op.create_unique_constraint(NEW_NAME, [*OLD, 'period'])


def downgrade():
    # Refused by the old constraint once a month holds such figures: its signature covers them.
    with op.batch_alter_table('frozen_figures', schema=None) as batch_op:
        batch_op.drop_constraint(NEW_NAME, type_='unique')
        batch_op.create_unique_constraint(OLD_NAME, OLD)
        batch_op.drop_column('period')
