"""积分规则 as a register; the ledger's entries with what stands beside them, monthly sums, heads of chains."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar

from flask_appbuilder import Model
from sqlalchemy import Index, LargeBinary, String, Text, UniqueConstraint, func, select, text
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Mapped, mapped_column

from app.database.after_migration import after_migration, append_only
from app.database.scope import ScopeRule, below, below_and_above
from app.database.types import UtcMoment, area_code_type
from app.extensions import db
from app.fields.types import Code, Date, Flag, LongText, Number
from app.fields.types import Text as Line
from app.lowcode.column import field, place
from app.lowcode.register import Register
from app.lowcode.roster import RosterRow
from app.lowcode.service import SaveRefused
from app.points import rules
from app.points.books.rows import into_the_book
from app.points.columns import BIG_ID, POINTS
from app.security.beyond import beyond_scope
from app.security.roles import Resource, declare_resource

declare_resource(Resource("points_entries", "积分台账", "points", permissions=("read", "write", "review", "export")))
declare_resource(Resource("own_points", "本人积分", "points", permissions=("see_own",)))


class PointsRule(RosterRow, Model):
    """One rule of the book (积分细则) with the days on which it is in force."""

    __tablename__ = "points_rules"
    # The book is written for a district or street; communities use it and do not change it.
    __scope__ = (below_and_above("points_rules"),)

    name: Mapped[str] = field(
        "规则", Line(80), listed=True, searched=True, required=True, synonyms=("规则名称", "积分项目")
    )
    code: Mapped[str] = field(
        "编号", Line(20), listed=True, searched=True, required=True, synonyms=("规则编号", "序号")
    )
    group_name: Mapped[str | None] = field("类别", Line(40), listed=True, searched=True, synonyms=("积分类别", "组别"))
    sign: Mapped[str] = field("加减", Code("points_sign"), listed=True, filtered=True, required=True, default="plus")
    value: Mapped[Decimal] = field(
        "分值", Number(6, 1, unit="分"), listed=True, required=True, synonyms=("分数", "积分"), help="填大于 0 的数"
    )
    cap: Mapped[Decimal | None] = field(
        "每月封顶分", Number(6, 1, unit="分"), listed=True, synonyms=("封顶分", "每月上限", "封顶"),
        help="一名网格员一个月按这条规则最多记多少分；不封顶就不填",
    )  # fmt: skip
    area = place("适用范围", synonyms=("适用区域",), help="选中的区域和它下面的都用这条规则")
    valid_from: Mapped[date] = field("启用日期", Date, required=True, group="适用", synonyms=("开始日期", "执行日期"))
    valid_to: Mapped[date | None] = field(
        "停用日期", Date, group="适用", synonyms=("截止日期",), help="最后一天用的日期"
    )
    recorder: Mapped[str | None] = field(
        "谁可以记", Code("points_recorder"), group="记分", default="any", synonyms=("记分人",)
    )
    needs_evidence: Mapped[bool | None] = field(
        "要佐证", Flag, group="记分", synonyms=("佐证", "是否要佐证"), help="从系统里选的事项本身就是佐证，不用再传文件"
    )
    auto_on: Mapped[str | None] = field(
        "自动记分",
        Code("points_fact"),
        filtered=True,
        group="记分",
        help="选了以后，系统里办成这类事就自动记一次，不会重记",
    )
    is_veto: Mapped[bool | None] = field(
        "一票否决", Flag, group="记分", help="有一条就评为最低等次；可以不计分，分值填 0"
    )
    basis: Mapped[str | None] = field("依据文件", Line(100), group="适用", synonyms=("依据", "文号"))
    note: Mapped[str | None] = field("说明", LongText, synonyms=("备注", "记分说明"))
    book_id: Mapped[int | None] = mapped_column(index=True)
    """The version of a rule book (points_books) it was published with; None for a rule written down by itself."""


class PointsEntry(Model):
    """One line of a worker's ledger: ids, days and figures only. Never changed, never deleted, by triggers too.

    `seq` counts the worker's own entries from 1; `mac` signs the entry after the one before it.
    """

    __tablename__ = "points_entries"
    # Not even those with the right write it directly: points.service does, after its own checks.
    __scope__: ClassVar[tuple[ScopeRule, ...]] = (below("points_entries", writers="nobody"),)
    __table_args__ = (
        UniqueConstraint("worker_uid", "seq"),
        # One matter × one rule × one worker once; an entry that was taken back makes room for one more `attempt`.
        Index(
            "uq_points_entries_once", "worker_uid", "rule_code", "matter_kind", "matter_uid", "attempt", unique=True,
            sqlite_where=text("reverses_id IS NULL"), postgresql_where=text("reverses_id IS NULL"),
        ),
        Index("ix_points_entries_month", "worker_uid", "happened_on"),
        # Holds all that the figures of an area read: how many entries, how many points.
        Index("ix_points_entries_area", "area_code", "happened_on", "reverses_id", "points"),
        Index("ix_points_entries_matter", "matter_kind", "matter_uid"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BIG_ID, primary_key=True)
    uid: Mapped[str] = mapped_column(String(32), unique=True)
    worker_uid: Mapped[str] = mapped_column(String(32))
    worker_id: Mapped[int]
    seq: Mapped[int]
    on: Mapped[date] = mapped_column("happened_on")
    area_code: Mapped[str] = mapped_column(area_code_type())
    """The worker's grid on that day; it stays when grids are merged later."""
    rule_id: Mapped[int]
    rule_code: Mapped[str] = mapped_column(String(20))
    rule_value: Mapped[Decimal] = mapped_column(POINTS)
    """The rule's value on that day, with its sign."""
    points: Mapped[Decimal] = mapped_column(POINTS)
    """What counts: the rule's value, less where its cap cut it; the opposite in a counter-entry."""
    matter_kind: Mapped[str] = mapped_column(String(60))
    matter_uid: Mapped[str] = mapped_column(String(32))
    attempt: Mapped[int] = mapped_column(default=0)
    """How often this matter was taken back before, for this rule and worker."""
    text_digest: Mapped[str] = mapped_column(String(64))
    evidence_digest: Mapped[str] = mapped_column(String(64), default="")
    evidence_count: Mapped[int] = mapped_column(default=0)
    recorded_by: Mapped[int | None]
    """Account of who recorded it; None is the system."""
    reverses_id: Mapped[int | None] = mapped_column(BIG_ID, unique=True)
    """The entry this one takes back (冲正); each may be taken back once."""
    created_at: Mapped[datetime] = mapped_column(UtcMoment())
    mac: Mapped[bytes] = mapped_column(LargeBinary)
    balance: Mapped[Decimal | None] = mapped_column(POINTS)
    """His points of the entry's year after this line, in the order of numbers; None in lines older than the column."""
    check_by: Mapped[str | None] = mapped_column(String(20))
    """Who must check it, as the rule said on that day (code list points_checker); None where nobody has to."""


IS_FIRST_HAND = func.coalesce(PointsEntry.reverses_id, 0) == 0
"""The entry takes no other back. Not `IS NULL`: SQLite takes a unique column to be NULL about once, and would find the
entries of one worker among those of all by its index."""


SIGNED = (
    "uid", "worker_uid", "worker_id", "seq", "on", "area_code", "rule_id", "rule_code", "rule_value", "points",
    "matter_kind", "matter_uid", "attempt", "text_digest", "evidence_digest", "evidence_count", "recorded_by",
    "reverses_id", "created_at", "balance", "check_by",
)  # fmt: skip
"""Columns of an entry that its link signs, in this order for ever; new ones come last and are None in older lines."""


class PointsText(Model):
    """The words of an entry, kept apart so that a person can be erased and the sums stay; the entry holds a digest."""

    __tablename__ = "points_texts"
    __scope__: ClassVar[tuple[ScopeRule, ...]] = (below("points_entries", writers="nobody"),)

    entry_uid: Mapped[str] = mapped_column(String(32), primary_key=True)
    area_code: Mapped[str] = mapped_column(area_code_type(), index=True)
    matter: Mapped[str | None] = mapped_column(String(200))
    """None once erased."""
    note: Mapped[str | None] = mapped_column(Text)
    measured: Mapped[Decimal | None] = mapped_column(POINTS)
    """How many units, or what percent, a rule that counts by them was given; told in the note, which is signed."""
    recorded_by_name: Mapped[str | None] = mapped_column(String(64))


class PointsSum(Model):
    """Sums of one worker in one grid and month, and in one grid and year, kept in the transaction of every entry."""

    __tablename__ = "points_sums"
    __scope__: ClassVar[tuple[ScopeRule, ...]] = (below("points_entries", writers="nobody"),)
    __table_args__ = (
        # Holds all a summary reads: an area's months are a few ranges of it, however many years lie behind them.
        Index("ix_points_sums_months", "month", "area_code", "worker_uid", "gained", "deducted", "entry_count"),
    )

    worker_uid: Mapped[str] = mapped_column(String(32), primary_key=True)
    month: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """Year × 100 + month: 202611; 202600 holds the whole year, so that a street's year reads a twelfth of the rows."""
    area_code: Mapped[str] = mapped_column(area_code_type(), primary_key=True)
    worker_id: Mapped[int]
    gained: Mapped[Decimal] = mapped_column(POINTS, default=Decimal(0))
    """Sum of the entries above zero, counter-entries too: what the ledger's own lines add up to."""
    deducted: Mapped[Decimal] = mapped_column(POINTS, default=Decimal(0))
    """Zero or below."""
    entry_count: Mapped[int] = mapped_column(default=0)


class PointsHead(Model):
    """The last link of each worker's chain; locked while an entry is added."""

    __tablename__ = "points_heads"
    __scope__: ClassVar[tuple[ScopeRule, ...]] = (below("points_entries", writers="nobody"),)

    worker_uid: Mapped[str] = mapped_column(String(32), primary_key=True)
    area_code: Mapped[str] = mapped_column(area_code_type(), index=True)
    seq: Mapped[int] = mapped_column(default=0)
    mac: Mapped[bytes] = mapped_column(LargeBinary)


@after_migration
def forbid_changing_the_ledger(connection: Connection) -> None:
    """The ledger takes new lines only, whoever asks."""
    append_only(connection, "points_entries")


def signed_value(rule: PointsRule) -> Decimal:
    """The rule's value with its sign."""
    return -rule.value if rule.sign == "minus" else rule.value


def keep_used_value(row: Any, _today: date) -> None:
    """A rule that entries stand on keeps code, sign and value: April must read in June as it read in April."""
    with beyond_scope():
        statement = select(PointsEntry.rule_code, PointsEntry.rule_value).where(PointsEntry.rule_id == row.id).limit(1)
        used = db.session.execute(statement).first()
        into_the_book(row, is_used=used is not None)
    if used is None or row.book_id is not None:
        return
    if used.rule_code != row.code:
        raise SaveRefused({"code": f"已经有积分按“{used.rule_code}”记了，编号不能再改。"})
    if used.rule_value != signed_value(row):
        raise SaveRefused(
            {"value": "已经有积分按原来的分值记了，不能再改。请给这条填停用日期，再新增一条同编号的规则。"}
        )


REGISTER = Register(
    PointsRule,
    name="points_rules",
    title="积分规则",
    keys=(("code", "valid_from", "area"),),
    group="points",
    icon="star",
    checks=(rules.check_rule,),
    on_saved=(keep_used_value,),
    about="哪些事记多少分，每月最多多少分，要不要佐证。一事一记，每件事按一条规则给一个人只记一次。",
)
