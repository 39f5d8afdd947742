"""矛盾调解台账, and the papers of one case, as papers of the report centre."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.areas.queries import full_name, name_of
from app.areas.rules import COMMUNITY_DIGITS
from app.fields.codes import code_list
from app.fields.masks import mask
from app.lowcode.list_page import shown_text
from app.lowcode.papers import Paper, PaperRequest, Subject, register_paper
from app.lowcode.queries import area_names
from app.lowcode.register import register
from app.lowcode.viewing import viewer_of
from app.mediations import queries, rules
from app.mediations.models import CASES, MediationCase
from app.security.actor import acting_as
from reports.contents import mediation
from reports.contents.mediation import Case, Side
from reports.document import Document, FootLine, Paragraph, long_date

SHEETS: dict[str, tuple[str, Callable[[Case], Document]]] = {
    "mediation_registration": ("调解受理登记表", mediation.registration),
    "mediation_rights": ("调解权利义务告知书", mediation.rights),
    "mediation_agreement": ("调解协议书", mediation.agreement),
    "mediation_visit": ("调解回访记录", mediation.visit_record),
}
"""Paper → title and contents: those the sides sign."""
OF_ITEM = {
    "application": "mediation_registration", "rights": "mediation_rights", "agreement": "mediation_agreement",
    "visit": "mediation_visit",
}  # fmt: skip


def body_of(row: MediationCase) -> str:
    """桂花社区人民调解委员会."""
    return f"{name_of(row.area_code[:COMMUNITY_DIGITS])}人民调解委员会"


def case_of(row: MediationCase, request: PaperRequest) -> Case:
    """A case with its values as this reader may see them."""
    reg = register(CASES)
    viewer = viewer_of(reg, request.actor, today=request.today)

    def text(name: str) -> str:
        return shown_text(reg.column(name), row, viewer, {})

    sides = [
        Side(text(who), text(f"{who}_id"), text(f"{who}_phone"), text(f"{who}_address"))
        for who in ("applicant", "respondent")
    ]
    return Case(
        number=row.number or "", name=row.name, body=body_of(row), area=full_name(row.area_code), applicant=sides[0],
        respondent=sides[1], kind=text("kind"), source=text("source"), level=text("level"), state=text("state"),
        received_on=row.received_on, dispute=row.dispute or "", request=row.request or "", others=row.others or "",
        agents=row.agents or "", mediators=row.mediators or "", form=text("agreement_form"), agreed_on=row.agreed_on,
        facts=row.facts or "", terms=row.terms or "", performance=row.performance or "", perform_by=row.perform_by,
        performed_on=row.performed_on, visited_on=row.visited_on, visit=row.visit or "",
    )  # fmt: skip


def build_ledger(request: PaperRequest) -> Document:
    """Every case of the period; names masked, since ledgers go from hand to hand."""
    with acting_as(request.actor):
        rows = queries.between(request.area_code, request.period.first, request.period.last)
        areas = area_names({row.area_code for row in rows})
        cases = [_listed(row, areas) for row in rows]
        counts = queries.settled_by_level(request.area_code, request.period.first, request.period.last)
        labels = code_list("dispute_level")
        return mediation.ledger(
            cases, area=name_of(request.area_code), period=request.period.title,
            as_of=min(request.period.last, request.today),
            by_level=[(labels.label_of(level), counts.get(level, 0)) for level in rules.LEVELS],
            foot_line=FootLine(
                (("填报单位（盖章）", ""), ("填表人", ""), ("负责人", ""), ("填报日期", long_date(request.today)))
            ),
        )  # fmt: skip


def _listed(row: MediationCase, areas: dict[str, str]) -> Case:
    def label(name: str, list_name: str) -> str:
        value = getattr(row, name)
        return code_list(list_name).label_of(value) if value else ""

    return Case(
        number=row.number or "", name=row.name, body="", area=areas.get(row.area_code, ""),
        applicant=Side(mask("name", row.applicant, "working")), respondent=Side(mask("name", row.respondent, "working")),
        kind=label("kind", "dispute_kind"), level=label("level", "dispute_level"), state=label("state", "mediation_state"),
        received_on=row.received_on, mediators=row.mediators or "", agreed_on=row.agreed_on, performed_on=row.performed_on,
    )  # fmt: skip


def _sheet(name: str) -> Callable[[PaperRequest], Document]:
    title, build = SHEETS[name]

    def make(request: PaperRequest) -> Document:
        with acting_as(request.actor):
            row = queries.case_by_uid(request.subject)
            if row is None:
                return Document(
                    f"{name_of(request.area_code)}{title}", (Paragraph(f"{request.period.title}没有调解案件。"),)
                )
            return build(case_of(row, request))

    return make


def subjects(request: PaperRequest) -> Sequence[Subject]:
    """Cases received in the period, by number and matter: no names in a list to choose from."""
    with acting_as(request.actor):
        rows = queries.between(request.area_code, request.period.first, request.period.last)
        return [Subject(row.uid, f"{row.number} {row.name}", row.area_code) for row in rows]


PAPERS = (
    Paper(
        "mediation_ledger", "矛盾调解台账", "residents", CASES, build_ledger,
        periods=("month", "quarter", "half", "year"), is_frozen=False,
    ),
    *(
        Paper(
            name, title, "residents", CASES, _sheet(name), periods=("month", "quarter", "year"), subject="调解案件",
            subjects=subjects, is_frozen=False, numbered_by="record", signed_by="signature_lines",
        )
        for name, (title, _build) in SHEETS.items()
    ),
)  # fmt: skip


def install() -> None:
    """Make them known; again changes nothing."""
    for each in PAPERS:
        register_paper(each)
