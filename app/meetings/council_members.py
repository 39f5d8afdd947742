"""议事会成员名册: members of a residents' council, and deputies of the residents."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_appbuilder import Model
from sqlalchemy.orm import Mapped

from app.fields.types import Date, IdNumber, LongText, PersonName, Phone
from app.fields.types import Text as Line
from app.lowcode.column import field, place, sealed
from app.lowcode.register import Register
from app.lowcode.roster import RosterRow
from app.meetings.kinds import OwnCode
from app.registers.rules import in_order
from app.registers.terms import end_of

COUNCIL_TERM_YEARS = 5
"""居民委员会 sits five years (城市居民委员会组织法第八条), and its deputies with it."""


class CouncilMember(RosterRow, Model):
    """One member of a residents' council (居民议事会), or one deputy of the residents (居民代表)."""

    __tablename__ = "council_members"

    name: Mapped[str] = field(
        "姓名", PersonName, listed=True, searched=True, required=True, pinyin=True, synonyms=("成员", "代表姓名")
    )
    kind: Mapped[str] = field(
        "成员类别", OwnCode("council_kind"), listed=True, filtered=True, required=True, default="council",
        synonyms=("类别",),
    )  # fmt: skip
    id_number = sealed("身份证号", IdNumber, synonyms=("身份证号码", "公民身份号码", "证件号码"))
    phone: Mapped[str | None] = field(
        "联系电话", Phone, mask="phone", listed=True, searched=True, synonyms=("手机", "手机号", "电话")
    )
    area = place("所在社区或网格", synonyms=("社区", "网格", "所属社区", "所属网格"))
    represents: Mapped[str | None] = field(
        "代表方面", Line(60), listed=True, searched=True, synonyms=("代表楼栋", "身份"), help="例：3幢居民、商户、物业"
    )
    duty: Mapped[str | None] = field("会内职务", Line(30), help="例：召集人、监督员")
    elected_on: Mapped[date | None] = field("推选日期", Date, listed=True, synonyms=("当选日期",))
    term_ends_on: Mapped[date | None] = field("届满日期", Date)
    left_on: Mapped[date | None] = field("不再担任的日期", Date, help="填写后不再列入应到")
    note: Mapped[str | None] = field("备注", LongText)


def _council_days(values: dict[str, Any], today: date) -> Any:  # noqa: ARG001 (every check gets the day)
    yield from in_order(values, "elected_on", "term_ends_on", labels=("推选日期", "届满日期"), same_day=False)
    yield from in_order(values, "elected_on", "left_on", labels=("推选日期", "不再担任的日期"))


def end_of_term(row: Any) -> None:
    """The end of the term, where nobody typed it."""
    if row.term_ends_on is None:
        row.term_ends_on = end_of(row.elected_on, COUNCIL_TERM_YEARS)


REGISTER = Register(
    CouncilMember,
    name="council_members",
    title="议事会成员名册",
    noun="议事会成员",
    keys=(("kind", "id_number"), ("kind", "name", "phone")),
    group="meetings",
    icon="people",
    left_column="left_on",
    checks=(_council_days,),
    prepare=(end_of_term,),
    about="居民议事会的成员和居民代表登记在这里；开议事会、居民代表会议时，应到名单从这里列出。",
)
