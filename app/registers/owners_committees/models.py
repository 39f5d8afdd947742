"""业委会名册: one committee a compound and session, its members as lines with dated posts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from flask_appbuilder import Model
from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database.scope import below
from app.fields.types import Code, Date, Flag, Integer, LongText, Number, PersonName, Phone, Text
from app.lowcode.column import computed, field, lines, link, place
from app.lowcode.register import Register
from app.lowcode.roster import ChildRow, RosterRow
from app.registers import terms
from app.registers.following import lies_with
from app.registers.owners_committees import rules


class OwnersCommitteeMember(ChildRow, Model):
    """One post of one person in one committee."""

    __tablename__ = "owners_committee_members"
    __scope__ = (below("owners_committees"),)

    parent_id: Mapped[int] = mapped_column(ForeignKey("owners_committees.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = field("姓名", PersonName, required=True, synonyms=("委员姓名",))
    post: Mapped[str | None] = field("职务", Code("owners_committee_post"))
    is_party_member: Mapped[bool | None] = field("是否党员", Flag, synonyms=("党员",))
    phone: Mapped[str | None] = field("联系电话", Phone, mask="phone")
    home: Mapped[str | None] = field("房号", Text(40))
    since_on: Mapped[date | None] = field("任职日期", Date)
    until_on: Mapped[date | None] = field("离任日期", Date)


def seats_of(row: Any) -> list[rules.Seat]:
    """The committee's seats as plain values."""
    return [
        rules.Seat(member.post, bool(member.is_party_member), member.since_on, member.until_on, member.name)
        for member in row.member_rows
    ]


def term_of(row: Any) -> terms.Term:
    """The committee's term of office."""
    return terms.Term(row.term_ends_on, row.extended_to)


def _party_share(row: Any, today: date) -> str | None:
    share = rules.party_share(seats_of(row), today)
    return None if share is None else f"{share}%"


class OwnersCommittee(RosterRow, Model):
    """One 业委会 or 物管会."""

    __tablename__ = "owners_committees"

    name: Mapped[str] = field(
        "业委会名称", Text(80), listed=True, searched=True, required=True, pinyin=True,
        synonyms=("业委会", "业主委员会", "业主委员会名称", "业主委员会（名称）", "业委会（物管会）名称", "业主大会名称"),
    )  # fmt: skip
    compound = link(
        "所属小区",
        "residential_compounds",
        listed=True,
        filtered=True,
        synonyms=("小区", "小区名称", "所在小区", "小区名"),
    )
    area = place("所属社区", synonyms=("社区", "所在社区", "所属网格"), help="选了小区的，以小区所在社区为准")
    kind: Mapped[str | None] = field(
        "类别", Code("owners_committee_kind"), filtered=True, synonyms=("类型", "组织类型")
    )
    session: Mapped[str | None] = field(
        "届次", Text(20), listed=True, help="例：第三届", synonyms=("第几届", "届别", "现任届次")
    )
    state: Mapped[str | None] = field("状态", Code("owners_committee_state"), filtered=True, synonyms=("业委会状态",))
    members = lines("委员", OwnersCommitteeMember, group="委员")
    director = computed("主任", lambda row, today: rules.holders(seats_of(row), "director", today) or None, Text(60),
                        listed=True, group="委员")  # fmt: skip
    deputy_directors = computed(
        "副主任", lambda row, today: rules.holders(seats_of(row), "deputy_director", today) or None, Text(80),
        group="委员",
    )  # fmt: skip
    member_count = computed(
        "委员数", lambda row, today: len(rules.sitting(seats_of(row), today)), Integer, listed=True, group="委员"
    )
    party_member_count = computed(
        "党员委员数", lambda row, today: sum(seat.is_party_member for seat in rules.sitting(seats_of(row), today)),
        Integer, listed=True, group="委员",
    )  # fmt: skip
    party_member_share = computed("党员委员占比", _party_share, Text(8), listed=True, group="委员")
    secretary_is_director: Mapped[bool | None] = field(
        "书记兼任", Flag, filtered=True, group="委员", synonyms=("书记兼任主任", "党组织书记兼任"),
        help="党支部书记兼任业委会主任或副主任的填“是”",
    )  # fmt: skip
    phone: Mapped[str | None] = field(
        "联系电话",
        Phone,
        mask="phone",
        searched=True,
        group="委员",
        synonyms=("电话", "主任电话", "主任联系电话", "业委会主任电话", "业委会电话"),
    )

    founded_on: Mapped[date | None] = field(
        "成立日期", Date, group="备案和换届", synonyms=("成立时间", "首届成立时间", "成立年月")
    )
    filing_number: Mapped[str | None] = field(
        "备案号", Text(40), searched=True, group="备案和换届", synonyms=("备案编号", "备案文号", "备案证号")
    )
    filed_on: Mapped[date | None] = field("备案日期", Date, group="备案和换届", synonyms=("备案时间",))
    elected_on: Mapped[date | None] = field(
        "换届日期",
        Date,
        group="备案和换届",
        synonyms=(
            "任期起",
            "本届选举日期",
            "本届成立时间",
            "本届成立日期",
            "任期开始",
            "任期起始",
            "选举日期",
            "选举时间",
        ),
    )
    term_years: Mapped[int | None] = field(
        "任期",
        Integer(unit="年", minimum=1, maximum=5),
        group="备案和换届",
        synonyms=("任期年限", "任期（年）", "任期起止", "任期起止时间", "任期期限", "任职期限"),
        span=("elected_on", "term_ends_on"),
    )
    term_ends_on: Mapped[date | None] = field(
        "届满日期", Date, listed=True, group="备案和换届", synonyms=("任期止", "届满时间", "任期届满时间", "任期届满日期", "任期届满", "任期结束", "任期至", "到期时间", "到届时间"),
        help="不填时按换届日期和任期推算",
    )  # fmt: skip
    extended_to: Mapped[date | None] = field("延期至", Date, group="备案和换届")
    extension_paper: Mapped[str | None] = field("延期批复文号", Text(60), group="备案和换届", synonyms=("延期批复",))
    term_state = computed(
        "换届状态", lambda row, today: terms.state_of(term_of(row), today), Code("term_state"), listed=True,
        group="备案和换届", tones=terms.TONES,
    )  # fmt: skip
    seal_keeper: Mapped[str | None] = field(
        "公章保管", Text(40), group="印章和资金", synonyms=("公章保管人", "公章保管情况", "印章保管人", "印章保管")
    )
    maintenance_fund: Mapped[Decimal | None] = field(
        "维修资金",
        Number(14, 2, unit="元", minimum=Decimal(0)),
        group="印章和资金",
        synonyms=("维修资金余额", "维修基金", "专项维修资金", "住宅专项维修资金"),
    )
    note: Mapped[str | None] = field("备注", LongText, group="印章和资金")

    # Read together for a whole page: the computed columns count them.
    member_rows: Mapped[list[OwnersCommitteeMember]] = relationship(
        viewonly=True, lazy="selectin", order_by=OwnersCommitteeMember.position
    )


def fill_end_of_term(row: Any) -> None:
    """The end of the term from election and years, where nobody typed it."""
    if row.term_ends_on is None:
        row.term_ends_on = terms.end_of(row.elected_on, row.term_years)


REGISTER = Register(
    OwnersCommittee,
    name="owners_committees",
    title="业委会名册",
    noun="业委会",
    keys=(("compound", "session"), ("area", "name")),
    group="property",
    icon="people",
    line="物业",
    checks=(rules.check,),
    prepare=(lies_with("compound"), fill_end_of_term),
    about="业委会、物管会登记在这里，委员逐人填职务和任职日期；届满前六个月首页提醒换届。",
)
