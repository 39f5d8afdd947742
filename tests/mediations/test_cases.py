"""A dispute from being told to its file in the cabinet, on both databases; who sees what of the people."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from typing import Any

import pdfplumber
import pikepdf
import pytest
from flask import Flask

from app.extensions import db
from app.files.kinds import FileRefused
from app.lowcode import service as rosters
from app.lowcode.flow import service as flow_service
from app.lowcode.flow.queries import running
from app.lowcode.indicators import indicator
from app.lowcode.papers import PaperRequest, paper
from app.lowcode.register import register
from app.lowcode.service import SaveRefused
from app.mediations import dossier, queries, rules, shipped
from app.mediations.models import CASES, MediationCase
from app.mediations.page_numbers import number_pages
from app.periods.rules import Period, parse
from app.security.actor import SYSTEM, NotPermitted, acting_as
from app.settings.profile import read_profile
from reports.document import Table
from reports.rendering import render
from tests.files.contents import picture
from tests.world import GRID, HOME, NEXT_DOOR, PROFILE, STREET, TODAY, add_user, as_user, build_areas, signed_in_client

NOON = datetime(2026, 11, 22, 4, tzinfo=UTC)
DISPUTE = {
    "name": "楼上漏水赔偿", "kind": "neighbour", "area": GRID, "applicant": "孟大海", "respondent": "周小河",
    "applicant_id": "320505199001010011", "applicant_phone": "13800000001", "received_on": "2026-11-20",
}  # fmt: skip
AGREEMENT = {
    "form": "书面协议", "agreed_on": "2026-11-22", "facts": "楼上软管老化", "terms": "楼上修好并赔800元",
    "performance": "现金，社区调解室", "perform_by": "2026-12-01",
}  # fmt: skip


@pytest.fixture
def case(context: Any) -> MediationCase:
    build_areas()
    with acting_as(SYSTEM):
        shipped.load(read_profile(PROFILE, source="试验"))
    people = (("shuji", "community_secretary", HOME), ("neiqin", "community_clerk", HOME), ("gezi", "grid_worker", GRID),
              ("linju", "community_secretary", NEXT_DOOR), ("jiedao", "street_office", STREET),
              ("ducha", "inspector", STREET))  # fmt: skip
    for name, role, area in people:
        add_user(name, role, area)
    with as_user("neiqin") as clerk:
        return rosters.save(register(CASES), None, DISPUTE, by=clerk, today=TODAY)  # type: ignore[no-any-return]


def fresh(row: MediationCase) -> MediationCase:
    with acting_as(SYSTEM):
        found = db.session.get(MediationCase, row.id, populate_existing=True)
    assert found is not None
    return found


def act(row: MediationCase, key: str, who: str, note: str = "", now: datetime = NOON, **values: str) -> None:
    reg = register(CASES)
    with as_user(who) as actor:
        at = running(reg, fresh(row), now)
        assert at is not None
        flow_service.act(reg, row, key, flow_service.Sent(at.version, values, note), by=actor, now=now)


def settle(row: MediationCase) -> None:
    act(row, "sort", "shuji", kind="邻里", level="网格")
    act(row, "start", "gezi", mediators="王调解")
    act(row, "agree", "gezi", **AGREEMENT)


def keep(row: MediationCase, *items: str) -> None:
    with as_user("neiqin") as clerk:
        for item in items:
            dossier.keep(fresh(row), item, f"{item}.png", picture("PNG"), by=clerk)


def test_five_steps_to_the_cabinet(case: MediationCase) -> None:
    assert (case.number, case.level) == ("（2026）桂花人调字第1号", "grid")
    settle(case)
    row = fresh(case)
    assert (row.state, row.agreement_form, row.mediators, row.perform_by) == (
        "agreed", "written", "王调解", date(2026, 12, 1)
    )  # fmt: skip
    with pytest.raises(flow_service.StepRefused, match="办理的人不能自己"):
        settle_and_visit_alone("jiedao")
    act(case, "follow", "neiqin", "双方都满意")
    assert (fresh(case).visited_on, fresh(case).visit) == (TODAY, "双方都满意")
    with pytest.raises(flow_service.StepRefused, match="卷宗还缺：申请书或受理登记表、权利义务告知书"):
        act(case, "archive", "neiqin")
    keep(case, "application", "rights", "identity", "record", "agreement", "visit")
    act(case, "archive", "neiqin")
    with pytest.raises(SaveRefused, match="已经归档"):
        keep(case, "evidence")


def settle_and_visit_alone(who: str) -> None:
    """The street's office settles another case and wants to visit it itself."""
    with as_user("neiqin") as clerk:
        other = rosters.save(register(CASES), None, DISPUTE | {"name": "另一件"}, by=clerk, today=TODAY)
    act(other, "sort", who, kind="邻里", level="街道")
    act(other, "start", who, mediators="李调解")
    act(other, "agree", who, **AGREEMENT)
    act(other, "follow", who, "自己回访")


def test_what_cannot_be_settled_goes_up_to_the_street_and_no_further(case: MediationCase) -> None:
    act(case, "sort", "shuji", kind="邻里", level="楼组")
    for level in ("grid", "community", "street"):
        act(case, "start", "gezi", mediators="王调解")
        act(case, "pass_on", "gezi", "谈不拢")
        assert fresh(case).level == level
    act(case, "start", "jiedao", mediators="李调解")
    with pytest.raises(flow_service.StepRefused, match="最多 3 次"):
        act(case, "pass_on", "shuji", "还是谈不拢")
    act(case, "fail", "shuji", "双方都不让步")
    keep(case, "application", "rights", "identity", "record")
    with pytest.raises(flow_service.StepRefused, match="卷宗还缺：情况说明"):
        act(case, "archive", "shuji")
    keep(case, "statement")
    act(case, "archive", "shuji")
    assert fresh(case).state == "archived"


def test_thirty_days_and_once_more_with_both_sides_consent(case: MediationCase) -> None:
    act(case, "sort", "shuji", kind="邻里", level="网格")
    act(case, "start", "gezi", mediators="王调解")
    with acting_as(SYSTEM):
        at = running(register(CASES), fresh(case), NOON)
        assert at is not None
        assert at.row is not None
        assert at.row.due_at == datetime(2026, 12, 22, 4, tzinfo=UTC)
    with pytest.raises(flow_service.StepRefused, match="双方怎么同意的"):
        act(case, "extend", "shuji", "要等鉴定")
    act(case, "extend", "shuji", "要等鉴定", consent="双方书面同意")
    with acting_as(SYSTEM):
        at = running(register(CASES), fresh(case), NOON)
        assert at is not None
        assert at.row is not None
        assert at.row.due_at == datetime(2027, 1, 21, 4, tzinfo=UTC)
    with pytest.raises(flow_service.StepRefused, match="最多 1 次"):
        act(case, "extend", "shuji", "还要等", consent="双方书面同意")


def test_an_agreement_without_its_parts_is_refused(case: MediationCase) -> None:
    act(case, "sort", "shuji", kind="邻里", level="网格")
    act(case, "start", "gezi", mediators="王调解")
    with pytest.raises(flow_service.StepRefused) as refused:
        act(case, "agree", "gezi", form="书面协议", agreed_on="2026-11-22")
    assert set(refused.value.errors) == {"facts", "terms", "performance", "perform_by"}


def corner_of(page: Any) -> tuple[str, str]:
    """What stands at the very top of a page, and at which side."""
    found = [word for word in page.extract_words() if word["top"] < 40]
    assert len(found) == 1, found
    return found[0]["text"], "right" if found[0]["x0"] > page.width / 2 else "left"


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
def test_numbers_stand_at_the_upper_corner_of_pages_however_they_are_turned(turned: int) -> None:
    whole = pikepdf.new()
    for _page in range(2):
        whole.add_blank_page(page_size=(400, 600)).rotate(turned, relative=False)
    number_pages(whole)
    whole.save(made := io.BytesIO())
    with pdfplumber.open(made) as read:
        assert [corner_of(page) for page in read.pages] == [("1", "right"), ("2", "left")]


def test_the_whole_file_is_bound_in_order(case: MediationCase) -> None:
    settle(case)
    keep(case, "record", "identity", "identity")
    with as_user("neiqin") as clerk:
        pdf = render(
            paper("mediation_rights").build(PaperRequest(HOME, parse("2026-11"), TODAY, clerk, case.uid)), "pdf"
        )
        dossier.keep(fresh(case), "rights", "签过字.pdf", pdf, by=clerk)
        dossier.keep(fresh(case), "evidence", "清单.txt", "水管".encode(), by=clerk)
        with pytest.raises(SaveRefused, match="哪一项"):
            dossier.keep(fresh(case), "nonsense", "a.png", picture("PNG"), by=clerk)
        with pytest.raises(FileRefused):
            dossier.keep(fresh(case), "record", "a.exe", b"MZ\x00\x01", by=clerk)
        whole = dossier.bind(fresh(case), actor=clerk, today=TODAY)
    with pikepdf.open(io.BytesIO(whole)) as bound, bound.open_outline() as outline:
        titles = [item.title for item in outline.root]
        # cover, 登记表 (printed), 告知书 (signed), two pictures, 调解记录, 协议书 (printed), 封底
        assert len(bound.pages) == 8
    with pdfplumber.open(io.BytesIO(whole)) as read:
        assert [corner_of(page) for page in read.pages] == [
            (str(number), "right" if number % 2 else "left") for number in range(1, 9)
        ]
    assert titles == [
        "封面和目录",
        "申请书或受理登记表",
        "权利义务告知书",
        "当事人身份证明",
        "调解记录",
        "调解协议书",
        "封底",
    ]


def test_a_file_is_taken_out_again(case: MediationCase) -> None:
    keep(case, "record")
    ((kept, _attachment),) = read_files(case)
    with as_user("linju") as neighbour, pytest.raises((NotPermitted, SaveRefused)):
        dossier.take_out(case, kept.id, by=neighbour)
    with as_user("neiqin") as clerk:
        dossier.take_out(fresh(case), kept.id, by=clerk)
        with pytest.raises(SaveRefused, match="已不在"):
            dossier.take_out(fresh(case), kept.id, by=clerk)
    assert read_files(case) == []


def read_files(case: MediationCase) -> list[Any]:
    with acting_as(SYSTEM):
        return queries.files_of(case.id)


def test_the_ledger_masks_names_and_counts_levels(case: MediationCase) -> None:
    settle(case)
    with as_user("shuji") as actor:
        document = paper("mediation_ledger").build(PaperRequest(HOME, parse("2026-11"), TODAY, actor))
        month = Period.of("month", TODAY)
        assert indicator("mediations_received").value((HOME,), month) == 1
        assert indicator("mediations_agreed").value((HOME,), month) == 1
        assert indicator("mediations_agreed").value((NEXT_DOOR,), month) == 0
    (table,) = (block for block in document.blocks if isinstance(block, Table))
    assert table.rows[0][5:7] == ("孟**", "周**")
    assert table.note == "共受理1件。本期调成1件：网格1件（100.0%）。"
    for format_ in ("pdf", "xlsx", "docx", "html"):
        assert render(document, format_)


def test_neighbours_and_inspectors_see_nothing(case: MediationCase) -> None:
    with as_user("linju"):
        assert db.session.get(MediationCase, case.id, populate_existing=True) is None
    with as_user("ducha") as inspector:
        assert not inspector.allows(CASES, "read")


def test_id_numbers_are_sealed_and_phones_masked(case: MediationCase) -> None:
    row = fresh(case)
    assert b"320505199001010011" not in row.applicant_id_box  # type: ignore[attr-defined]
    with as_user("jiedao") as actor:
        made = paper("mediation_registration").build(PaperRequest(HOME, parse("2026-11"), TODAY, actor, case.uid))
        text = str(made)
    assert "320505199001010011" not in text


def test_an_oral_agreement_is_registered(case: MediationCase) -> None:
    act(case, "sort", "shuji", kind="邻里", level="网格")
    act(case, "start", "gezi", mediators="王调解")
    act(case, "agree", "gezi", **(AGREEMENT | {"form": "口头协议登记"}))
    with as_user("shuji") as actor:
        made = paper("mediation_agreement").build(PaperRequest(HOME, parse("2026-11"), TODAY, actor, case.uid))
    assert made.title == "口头协议登记表"
    assert rules.required(queries.facts_of(fresh(case)))["agreement"] == "口头协议要登记"


def test_the_pages_of_a_dossier(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        build_areas()
        for name, area in (("neiqin", HOME), ("linju", NEXT_DOOR)):
            add_user(name, "community_clerk", area)
        with as_user("neiqin") as clerk:
            row_id = rosters.save(register(CASES), None, DISPUTE, by=clerk, today=TODAY).id
    client, neighbour = (signed_in_client(sqlite_app, name) for name in ("neiqin", "linju"))
    url = f"/mediations/{row_id}/dossier"
    assert url in client.get(f"/{CASES}/show/{row_id}").get_data(as_text=True)
    page = client.get(url).get_data(as_text=True)
    assert "还缺 4 项" in page
    assert "每案都要有" in page
    assert client.post(url, data={"item": "record"}).status_code == 422
    wrong = client.post(url, data={"item": "", "file": (io.BytesIO(picture("PNG")), "a.png")})
    assert "请先选这是卷宗里的哪一项" in wrong.get_data(as_text=True)
    assert client.post(url, data={"item": "record", "file": (io.BytesIO(picture("PNG")), "a.png")}).status_code == 302
    assert "还缺 3 项" in client.get(url).get_data(as_text=True)
    assert client.get(f"/mediations/{row_id}/dossier.pdf").data.startswith(b"%PDF")
    assert client.get(f"/mediations/{row_id}/sheet/rights.pdf").data.startswith(b"%PDF")
    for path in (url, f"/mediations/{row_id}/dossier.pdf", f"/mediations/{row_id}/sheet/rights.pdf"):
        assert neighbour.get(path).status_code == 404
