"""Figures of the registers: how many live rows a roster has at the end of a period, and what came and went in it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import aliased

from app.lowcode.indicators import Indicator, Selection, register_indicator
from app.periods.rules import Period
from app.registers.building_heads import BuildingHead
from app.registers.buildings import Building
from app.registers.community_workers import CommunityWorker
from app.registers.dwellings import Dwelling
from app.registers.grid_workers import GridWorker
from app.registers.households import Household
from app.registers.owners_committees.models import OwnersCommittee
from app.registers.party_members.models import PartyMember
from app.registers.party_members.rules import EFFECTS
from app.registers.party_movements.models import PartyMovement
from app.registers.party_organizations.models import PartyOrganization
from app.registers.party_organizations.rules import ELECTED
from app.registers.residential_compounds import ResidentialCompound
from app.registers.residents.models import Resident, ResidentMovement
from app.registers.units import Unit
from app.security.wall import within

GONE = ("moved_out", "deceased")
RESIDENTS_IN = ("move_in", "birth", "marry_in", "come_back")
RESIDENTS_OUT = ("move_out", "death", "marry_out", "go_out")


def live_rows(model: Any, prefixes: tuple[str, ...], *conditions: ColumnElement[bool]) -> Select[Any]:
    """Ids of rows that lie in the areas and are not in the recycle bin."""
    return select(model.id).where(within(model.area_code, prefixes), model.deleted_at.is_(None), *conditions)


def at_the_end(model: Any, *where: ColumnElement[bool], came: str = "", left: str = "") -> Selection:
    """Rows that stand in a roster on a period's last day: `came` by then, `left` not yet; an empty day is no bound."""

    def chosen(prefixes: tuple[str, ...], period: Period) -> Select[Any]:
        bounds = list(where)
        if came:
            day = getattr(model, came)
            bounds.append(or_(day.is_(None), day <= period.last))
        if left:
            day = getattr(model, left)
            bounds.append(or_(day.is_(None), day > period.last))
        return live_rows(model, prefixes, *bounds)

    return chosen


def in_the_course(model: Any, day: str, *where: ColumnElement[bool]) -> Selection:
    """Rows whose day lies within a period."""

    def chosen(prefixes: tuple[str, ...], period: Period) -> Select[Any]:
        return live_rows(model, prefixes, getattr(model, day).between(period.first, period.last), *where)

    return chosen


def not_gone(state: Any, left: Any, gone: tuple[str, ...]) -> ColumnElement[bool]:
    """A state that says "gone" counts only where no day says when; else the day decides."""
    return or_(left.is_not(None), state.is_(None), state.not_in(gone))


def past_term(model: Any, *where: ColumnElement[bool]) -> Selection:
    """Bodies whose last day of term, also of the longer one they were granted, lies before a period's last day."""

    def chosen(prefixes: tuple[str, ...], period: Period) -> Select[Any]:
        over = and_(
            model.term_ends_on < period.last,
            or_(model.extended_to.is_(None), model.extended_to < period.last),
        )
        return live_rows(model, prefixes, over, *where)

    return chosen


def _with_building_head(prefixes: tuple[str, ...], period: Period) -> Select[Any]:
    head = aliased(BuildingHead)
    held = exists().where(
        head.building_id == Building.id,
        head.deleted_at.is_(None),
        head.post == "building_head",
        or_(head.since_on.is_(None), head.since_on <= period.last),
        or_(head.left_on.is_(None), head.left_on > period.last),
    )
    return live_rows(Building, prefixes, held)


def _with_committee(prefixes: tuple[str, ...], period: Period) -> Select[Any]:
    committee = aliased(OwnersCommittee)
    found = exists().where(
        committee.compound_id == ResidentialCompound.id,
        committee.deleted_at.is_(None),
        or_(committee.founded_on.is_(None), committee.founded_on <= period.last),
        or_(committee.state.is_(None), committee.state.not_in(("preparing", "dissolved"))),
    )
    return live_rows(ResidentialCompound, prefixes, found)


def _movements(roster: str, effect: int) -> Selection:
    kinds = [kind for kind, number in EFFECTS[roster].items() if number == effect]

    def chosen(prefixes: tuple[str, ...], period: Period) -> Select[Any]:
        member = aliased(PartyMember)
        of_roster = exists().where(member.id == PartyMovement.member_id, member.roster == roster)
        return in_the_course(PartyMovement, "moved_on", PartyMovement.kind.in_(kinds), of_roster)(prefixes, period)

    return chosen


_worker_on_duty = not_gone(GridWorker.state, GridWorker.left_on, ("left",))
_grid_workers = at_the_end(GridWorker, _worker_on_duty, came="hired_on", left="left_on")
_living = not_gone(Resident.state, Resident.left_on, GONE)

FIGURES = (
    Indicator(
        "grid_workers", "在岗网格员",
        "网格员名册里，期末已经聘用、没有离岗的人；没填聘用日期的算一直在岗，休假、借调的也算。",
        "人", "grid_workers", _grid_workers, register="grid_workers",
    ),
    Indicator(
        "full_time_share", "专职网格员占比", "期末在岗的专职网格员 ÷ 期末在岗的全部网格员。", "%", "grid_workers",
        at_the_end(
            GridWorker, _worker_on_duty, GridWorker.kind == "full_time", came="hired_on", left="left_on"
        ),
        _grid_workers, register="grid_workers",
    ),
    Indicator(
        "community_workers", "在岗社区工作者",
        "社区工作者名册里，期末已经入职、没有离岗的人；没填入职日期的算一直在岗。",
        "人", "community_workers",
        at_the_end(
            CommunityWorker, not_gone(CommunityWorker.state, CommunityWorker.left_on, ("left",)),
            came="employed_on", left="left_on",
        ),
        register="community_workers",
    ),
    Indicator(
        "residents", "登记居民", "居民名册里，期末已经入住、没有离开的人，人户分离的两头各自登记的都算。", "人",
        "residents", at_the_end(Resident, _living, came="moved_in_on", left="left_on"), register="residents",
    ),
    Indicator(
        "residents_living", "实际居住人口", "登记居民里，去掉“户在人不在”和“空房”，期末实际住在这里的人。", "人",
        "residents",
        at_the_end(
            Resident, _living,
            or_(Resident.living_kind.is_(None), Resident.living_kind.not_in(("away", "vacant"))),
            came="moved_in_on", left="left_on",
        ),
        register="residents",
    ),
    Indicator(
        "households", "登记户数", "户名册里，期末已经入住、没有搬离的户。", "户", "households",
        at_the_end(Household, came="moved_in_on", left="left_on"), register="households",
    ),
    Indicator(
        "residents_in", "迁入人次", "人口变动台账里，本期登记的迁入、出生、婚入、返回。", "人次", "resident_movements",
        in_the_course(ResidentMovement, "moved_on", ResidentMovement.kind.in_(RESIDENTS_IN)),
        register="resident_movements",
    ),
    Indicator(
        "residents_out", "迁出人次", "人口变动台账里，本期登记的迁出、去世、婚出、外出。", "人次", "resident_movements",
        in_the_course(ResidentMovement, "moved_on", ResidentMovement.kind.in_(RESIDENTS_OUT)),
        register="resident_movements",
    ),
    *(
        Indicator(
            f"members_{roster}", title,
            f"党员名册里，名册类别为“{kind}”、期末已经列入本册、没有离开本册的党员。三本名册分别统计，不相加。",
            "名", "party_members",
            at_the_end(PartyMember, PartyMember.roster == roster, came="entered_on", left="left_on"),
            register="party_members",
        )
        for roster, title, kind in (
            ("registered", "在册党员", "组织关系在册"),
            ("reporting", "在职报到党员", "在职报到"),
            ("floating_in", "流入党员", "流入"),
        )
    ),
    Indicator(
        "members_in", "在册党员增加", "党员变动台账里，本期转入、发展等使在册党员增加的变动。", "名", "party_movements",
        _movements("registered", 1), register="party_movements",
    ),
    Indicator(
        "members_out", "在册党员减少", "党员变动台账里，本期转出、去世、除名等使在册党员减少的变动。", "名",
        "party_movements", _movements("registered", -1), register="party_movements",
    ),
    Indicator(
        "party_organizations", "党组织",
        "党组织名册里，期末已经成立的党委、党总支、党支部；党小组、党员中心户不算。", "个", "party_organizations",
        at_the_end(PartyOrganization, PartyOrganization.kind.in_(ELECTED), came="founded_on"),
        register="party_organizations",
    ),
    Indicator(
        "party_terms_over", "党组织届满未换届",
        "到期末任期已满，没有批准延期或延期也已到期的党委、党总支、党支部。", "个",
        "party_organizations", past_term(PartyOrganization, PartyOrganization.kind.in_(ELECTED)),
        register="party_organizations",
    ),
    Indicator(
        "compounds", "小区", "小区名册里现有的小区。", "个", "residential_compounds", at_the_end(ResidentialCompound),
        register="residential_compounds", has_history=False,
    ),
    Indicator(
        "buildings", "楼栋", "楼栋名册里现有的楼栋。", "幢", "buildings", at_the_end(Building), register="buildings",
        has_history=False,
    ),
    Indicator(
        "building_head_share", "楼栋长到位率", "期末有在任楼栋长的楼栋 ÷ 全部楼栋。", "%", "building_heads",
        _with_building_head, at_the_end(Building), register="buildings",
    ),
    Indicator(
        "dwellings", "房屋", "房屋名册里现有的房屋。", "套", "dwellings", at_the_end(Dwelling), register="dwellings",
        has_history=False,
    ),
    Indicator(
        "dwellings_vacant", "空置房屋", "房屋名册里房屋状态为“空置”的房屋。", "套", "dwellings",
        at_the_end(Dwelling, Dwelling.state == "vacant"), register="dwellings", has_history=False,
    ),
    Indicator(
        "owners_committees", "业委会", "业委会名册里，期末已经成立、没有解散，也不在筹备中的业委会和物管会。", "个",
        "owners_committees",
        at_the_end(
            OwnersCommittee,
            or_(OwnersCommittee.state.is_(None), OwnersCommittee.state.not_in(("preparing", "dissolved"))),
            came="founded_on",
        ),
        register="owners_committees",
    ),
    Indicator(
        "committee_share", "业委会覆盖率", "期末有业委会或物管会的小区 ÷ 全部小区。", "%", "owners_committees",
        _with_committee, at_the_end(ResidentialCompound), register="residential_compounds",
    ),
    Indicator(
        "committee_terms_over", "业委会届满未换届", "到期末任期已满，没有批准延期或延期也已到期的业委会。", "个",
        "owners_committees", past_term(OwnersCommittee, OwnersCommittee.state.is_distinct_from("dissolved")),
        register="owners_committees",
    ),
    Indicator(
        "partner_units", "共建单位",
        "单位名册里，期末已经签约、协议没有到期的共建单位；没填日期的算有效。", "家",
        "units",
        at_the_end(Unit, Unit.is_partner.is_(True), came="joined_on", left="agreement_ends_on"), register="units",
    ),
)  # fmt: skip
"""All figures of this room; each is a door to its rows."""

for _figure in FIGURES:
    register_indicator(_figure)
