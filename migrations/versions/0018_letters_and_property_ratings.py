"""letters and property ratings

Revision: 0018
Follows: 0017
"""

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

revision = '0018'
down_revision = '0017'
branch_labels = None
depends_on = None


def _area():
    code = sa.String(length=40).with_variant(sa.String(length=40, collation='C'), 'postgresql')
    return sa.Column('area_code', code, nullable=False)


def _roster_row():
    """What every row of a register has besides its own columns (app.lowcode.roster.RosterRow)."""
    return (
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('created_by', sa.Integer(), nullable=True),
        sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('changed_by', sa.Integer(), nullable=True),
        sa.Column('deleted_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('pinyin', sa.String(length=80), nullable=True),
        sa.Column('extra', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
        *_identified(),
    )


def _child_row(parent):
    """What every row of a child table has (app.lowcode.roster.ChildRow)."""
    return (
        sa.Column('parent_id', sa.Integer(), nullable=False),
        sa.Column('position', sa.Integer(), nullable=False),
        *_identified(),
        sa.ForeignKeyConstraint(['parent_id'], [f'{parent}.id'], ondelete='CASCADE'),
    )


def _identified():
    return (
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('uid', sa.String(length=32), nullable=False),
        _area(),
        sa.PrimaryKeyConstraint('id'),
        sa.UniqueConstraint('uid'),
    )


def upgrade():
    op.create_table('property_ratings',
    sa.Column('name', sa.String(length=120), nullable=True),
    sa.Column('rated_on', sa.Date(), nullable=False),
    sa.Column('bonus', sa.Numeric(5, 1), nullable=True),
    sa.Column('vetoes', sa.String(length=120), nullable=True),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('colour', sa.String(length=2), nullable=False),
    sa.Column('company_id', sa.Integer(), nullable=True),
    sa.Column('compound_id', sa.Integer(), nullable=True),
    *_roster_row(),
    sa.ForeignKeyConstraint(['company_id'], ['property_companies.id']),
    sa.ForeignKeyConstraint(['compound_id'], ['residential_compounds.id']),
    )
    with op.batch_alter_table('property_ratings', schema=None) as batch_op:
        batch_op.create_index('ix_property_ratings_area', ['area_code', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_property_ratings_company_id'), ['company_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_property_ratings_compound_id'), ['compound_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_property_ratings_deleted_at'), ['deleted_at'], unique=False)
        alive = sa.text('deleted_at IS NULL AND area_code IS NOT NULL AND name IS NOT NULL')
        batch_op.create_index(
            'uq_property_ratings_area_name', ['area_code', 'name'], unique=True,
            sqlite_where=alive, postgresql_where=alive,
        )

    op.create_table('rating_deductions',
    sa.Column('item', sa.String(length=120), nullable=False),
    sa.Column('points', sa.Numeric(5, 1), nullable=False),
    sa.Column('evidence', sa.String(length=60), nullable=True),
    sa.Column('mend_by', sa.Date(), nullable=True),
    sa.Column('is_mended', sa.Boolean(), nullable=True),
    *_child_row('property_ratings'),
    )
    with op.batch_alter_table('rating_deductions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_rating_deductions_parent_id'), ['parent_id'], unique=False)

    op.create_table('letters',
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('addressee', sa.String(length=60), nullable=False),
    sa.Column('copies_to', sa.String(length=200), nullable=True),
    sa.Column('body', sa.Text(), nullable=True),
    sa.Column('asked', sa.Text(), nullable=True),
    sa.Column('level', sa.Integer(), nullable=True),
    sa.Column('reply_by', sa.Date(), nullable=True),
    sa.Column('attachments', sa.Text(), nullable=True),
    sa.Column('contact', sa.String(length=40), nullable=True),
    sa.Column('phone', sa.String(length=30), nullable=True),
    sa.Column('whistle_kind', sa.String(length=20), nullable=True),
    sa.Column('source', sa.String(length=40), nullable=True),
    sa.Column('location', sa.String(length=80), nullable=True),
    sa.Column('done_so_far', sa.Text(), nullable=True),
    sa.Column('report_at', sa.String(length=80), nullable=True),
    sa.Column('follows', sa.String(length=40), nullable=True),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('number', sa.String(length=80), nullable=False),
    sa.Column('number_id', sa.Integer(), nullable=True),
    sa.Column('signed_on', sa.Date(), nullable=True),
    sa.Column('signatory', sa.String(length=40), nullable=False),
    sa.Column('issue', sa.Integer(), nullable=False),
    *_roster_row(),
    )
    with op.batch_alter_table('letters', schema=None) as batch_op:
        batch_op.create_index('ix_letters_area', ['area_code', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_letters_deleted_at'), ['deleted_at'], unique=False)

    op.create_table('letter_matters',
    sa.Column('number', sa.String(length=40), nullable=True),
    sa.Column('problem', sa.String(length=200), nullable=False),
    sa.Column('location', sa.String(length=80), nullable=True),
    sa.Column('unit', sa.String(length=60), nullable=True),
    sa.Column('assigned_on', sa.Date(), nullable=False),
    sa.Column('was_due_on', sa.Date(), nullable=False),
    sa.Column('demand', sa.String(length=120), nullable=True),
    sa.Column('due_on', sa.Date(), nullable=False),
    *_child_row('letters'),
    )
    with op.batch_alter_table('letter_matters', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_letter_matters_parent_id'), ['parent_id'], unique=False)

    op.create_table('letter_versions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('letter_id', sa.Integer(), nullable=False),
    _area(),
    sa.Column('issue', sa.Integer(), nullable=False),
    sa.Column('number', sa.String(length=80), nullable=False),
    sa.Column('document', sa.LargeBinary(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('signatory', sa.String(length=40), nullable=False),
    sa.Column('signed_on', sa.Date(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.Column('by_name', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['letter_id'], ['letters.id']),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('letter_id', 'issue'),
    )
    with op.batch_alter_table('letter_versions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_letter_versions_area_code'), ['area_code'], unique=False)


def downgrade():
    for table in ('letter_versions', 'letter_matters', 'letters', 'rating_deductions', 'property_ratings'):
        op.drop_table(table)
