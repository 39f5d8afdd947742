"""一户一档: one household on one sheet, masked for whoever prints it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, or_, select

from app.areas.queries import name_of
from app.extensions import db
from app.lowcode.list_page import shown_text
from app.lowcode.papers import Paper, PaperRequest, Subject, register_paper
from app.lowcode.queries import labels_of
from app.lowcode.register import register
from app.lowcode.viewing import viewer_of
from app.registers.building_heads import BuildingHead
from app.registers.buildings import Building
from app.registers.dwellings import Dwelling
from app.registers.grid_workers import GridWorker
from app.registers.households import Household
from app.registers.queries import at_work
from app.registers.residents.models import Resident, ResidentMovement
from app.security.actor import acting_as
from app.security.wall import within
from app.settings.queries import profile
from reports.contents import household_card
from reports.document import Document, FootLine, Paragraph, long_date

MOST_SUBJECTS = 2_000
"""So many cards of one area are offered; those of a larger area are printed grid by grid."""
MOST_MOVEMENTS = 12


class _Shown:
    """Rows of one register as texts the reader may see."""

    def __init__(self, name: str, rows: Sequence[Any], request: PaperRequest) -> None:
        self.reg = register(name)
        self.viewer = viewer_of(self.reg, request.actor, today=request.today)
        self.labels = labels_of([column for column in self.reg.columns if column.kind in ("place", "link")], rows)

    def text(self, row: Any, name: str) -> str:
        return shown_text(self.reg.column(name), row, self.viewer, self.labels)


def build_card(request: PaperRequest) -> Document:
    """The card of one household; without one, a paper that says so."""
    with acting_as(request.actor):
        row = _household(request.subject)
        if row is None:
            words = f"{request.period.title}没有登记的住户。"
            return Document(title=f"{name_of(request.area_code)}一户一档", blocks=(Paragraph(words),))
        people = _residents(row.id)
        return household_card.build(
            _home(row, request),
            _members(people, request),
            _movements(people, request),
            as_of=request.today,
            foot_line=FootLine((("填表人", ""), ("审核人", ""), ("填报日期", long_date(request.today)))),
        )


def _household(uid: str) -> Household | None:
    statement = select(Household).where(Household.uid == uid, Household.deleted_at.is_(None))
    return db.session.execute(statement).scalar() if uid else None


def _residents(household_id: int) -> Sequence[Resident]:
    statement = (
        select(Resident)
        .where(Resident.household_id == household_id, Resident.deleted_at.is_(None), Resident.left_on.is_(None))
        .order_by(func.coalesce(Resident.relation, "99"), Resident.id)
    )
    return db.session.execute(statement).scalars().all()


def _home(row: Household, request: PaperRequest) -> household_card.Home:
    shown = _Shown("households", [row], request)
    dwelling = db.session.get(Dwelling, row.dwelling_id) if row.dwelling_id else None
    building = db.session.get(Building, dwelling.building_id) if dwelling is not None and dwelling.building_id else None
    owner = _Shown("dwellings", [dwelling], request) if dwelling is not None else None
    grid = row.area_code
    community = next((level.digits for level in profile().levels if level.key == "community"), len(grid))
    return household_card.Home(
        address=(dwelling.name if dwelling is not None else row.name) or "",
        area=name_of(grid[:community]),
        grid=name_of(grid) if len(grid) > community else "",
        grid_worker="、".join(_workers(grid, request)),
        building_head="、".join(_heads(building.id, request)) if building is not None else "",
        kind=shown.text(row, "living_kind"),
        floor_area=dwelling.floor_area if dwelling is not None else None,
        owner=owner.text(dwelling, "owner") if owner is not None else "",
        owner_phone=owner.text(dwelling, "owner_phone") if owner is not None else "",
        tags=_tags(row.labels),
        note=row.note or "",
    )


def _workers(grid: str, request: PaperRequest) -> list[str]:
    statement = (
        select(GridWorker.name)
        .where(at_work(GridWorker, GridWorker.hired_on, request.today), GridWorker.area_code == grid)
        .order_by(GridWorker.post != "head", GridWorker.id)
        .limit(3)
    )
    return list(db.session.execute(statement).scalars())


def _heads(building_id: int, request: PaperRequest) -> list[str]:
    statement = (
        select(BuildingHead.name)
        .where(
            at_work(BuildingHead, BuildingHead.since_on, request.today),
            BuildingHead.building_id == building_id,
            BuildingHead.post == "building_head",
        )
        .order_by(BuildingHead.id)
        .limit(2)
    )
    return list(db.session.execute(statement).scalars())


def _members(people: Sequence[Resident], request: PaperRequest) -> list[household_card.Resident]:
    shown = _Shown("residents", people, request)
    return [
        household_card.Resident(
            name=one.name, relation=shown.text(one, "relation"), sex=shown.text(one, "sex"), born_on=one.born_on,
            id_number=shown.text(one, "id_number"), phone=shown.text(one, "phone"),
            politics=shown.text(one, "political_status"), work=one.employer or "",
            tags=_tags(one.labels),
        )
        for one in people
    ]  # fmt: skip


def _movements(people: Sequence[Resident], request: PaperRequest) -> list[household_card.Contact]:
    names = {one.id: one.name for one in people}
    statement = (
        select(ResidentMovement)
        .where(ResidentMovement.resident_id.in_(names), ResidentMovement.deleted_at.is_(None))
        .order_by(ResidentMovement.moved_on.desc(), ResidentMovement.id.desc())
        .limit(MOST_MOVEMENTS)
    )
    rows = db.session.execute(statement).scalars().all()
    shown = _Shown("resident_movements", rows, request)
    return [
        household_card.Contact(
            row.moved_on, shown.text(row, "kind"), names[row.resident_id],
            result="，".join(filter(None, (_from(row.from_place), _to(row.to_place), row.note))),
        )
        for row in rows
    ]  # fmt: skip


def _tags(labels: str | None) -> tuple[str, ...]:
    return tuple(part.strip() for part in (labels or "").replace("，", "、").split("、") if part.strip())


def _from(place: str | None) -> str:
    return f"从{place}来" if place else ""


def _to(place: str | None) -> str:
    return f"到{place}去" if place else ""


def subjects(request: PaperRequest) -> list[Subject]:
    """Households of the area that live there now, by address; at most MOST_SUBJECTS."""
    statement = (
        select(Household.uid, Household.name, Household.head, Household.area_code)
        .where(
            within(Household.area_code, (request.area_code,)),
            Household.deleted_at.is_(None),
            or_(Household.left_on.is_(None), Household.left_on > request.today),
        )
        .order_by(Household.area_code, Household.name, Household.id)
        .limit(MOST_SUBJECTS)
    )
    with acting_as(request.actor):
        return [Subject(uid, name or head, area) for uid, name, head, area in db.session.execute(statement)]


def install() -> None:
    """Make it known; again changes nothing."""
    register_paper(
        Paper(
            "household_card", "一户一档", "residents", "residents", build_card, subject="住户",
            subjects=subjects, is_frozen=False,
        )
    )  # fmt: skip
