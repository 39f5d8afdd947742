"""points_sums of years

Revision: 0041
Follows: 0040
"""

from alembic import op

revision = '0041'
down_revision = '0040'
branch_labels = None
depends_on = None


def upgrade():
    # 202600 is the whole of 2026; points have one place behind the point, and SQLite adds them up as floats.
    op.execute(
        "INSERT INTO points_sums (worker_uid, month, area_code, worker_id, gained, deducted, entry_count) "
        "SELECT worker_uid, (month / 100) * 100, area_code, min(worker_id), round(sum(gained), 1), "
        "round(sum(deducted), 1), sum(entry_count) FROM points_sums GROUP BY worker_uid, (month / 100) * 100, area_code"
    )


def downgrade():
    op.execute("DELETE FROM points_sums WHERE month % 100 = 0")
