"""The first page and the pages behind its figures: what they say, to whom, and with how many statements."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import event

from app.database.transactions import writing
from app.extensions import db
from app.home.choices import CHARTS, DOORS, FIGURES
from app.lowcode import service
from app.lowcode.indicators import all_indicators, indicator
from app.lowcode.register import register
from app.lowcode.series import lines_of
from app.notices.sources import todo_sources
from app.periods.rules import parse
from app.security.actor import SYSTEM, acting_as
from tests.world import (
    DISTRICT,
    GRID,
    HOME,
    NEXT_DOOR,
    NEXT_GRID,
    STREET,
    TODAY,
    add_user,
    as_user,
    build_areas,
    signed_in_client,
)

MONTHS = tuple(parse(f"2026-{month:02d}") for month in range(6, 12))


def _fill() -> None:
    """Two grid workers here since October, one next door; residents who came and went."""
    build_areas()
    with acting_as(SYSTEM), writing():
        for name, area, hired in (
            ("张清和", GRID, "2026-10-05"), ("李望舒", HOME + "002", "2026-11-03"), ("王远山", NEXT_GRID, "2026-01-01"),
        ):  # fmt: skip
            values = {"name": name, "area": area, "hired_on": hired, "kind": "full_time"}
            service.save(register("grid_workers"), None, values, by=SYSTEM, today=TODAY)
        for name, area, came, left, lives in (
            ("秦小满", GRID, "2026-07-01", "", "together"), ("许大年", GRID, "2026-07-01", "2026-09-15", "renting"),
            ("何处", GRID, "", "", "away"), ("邻家", NEXT_GRID, "", "", "together"),
        ):  # fmt: skip
            values = {"name": name, "area": area, "moved_in_on": came, "left_on": left, "living_kind": lives}
            service.save(register("residents"), None, values, by=SYSTEM, today=TODAY)
    for name, role, area in (
        ("sec", "community_secretary", HOME), ("next", "community_secretary", NEXT_DOOR),
        ("office", "street_office", STREET),
        ("worker", "grid_worker", GRID), ("party", "party_office", STREET), ("admin", "system_admin", DISTRICT),
        ("auditor", "auditor", DISTRICT), ("leader", "street_leader", STREET),
    ):  # fmt: skip
        add_user(name, role, area)


@pytest.fixture
def street(app: Flask) -> Flask:
    with app.app_context():
        _fill()
    return app


@pytest.fixture
def sqlite_street(sqlite_app: Flask) -> Flask:
    with sqlite_app.app_context():
        _fill()
    return sqlite_app


def _counted(html: str, label: str) -> str:
    found = re.search(rf'<span class="label">{label}</span><span class="value"><b>([^<]*)</b>', html)
    assert found, f"{label} is not on the page"
    return found.group(1)


def test_figures_over_months_agree_with_each_figure_alone(street: Flask) -> None:
    with street.app_context(), as_user("office") as actor:
        wanted = [(of, of.prefixes_of(actor)) for of in all_indicators() if of.resource != "audit"]
        for line in lines_of(wanted, MONTHS):
            alone = tuple(line.indicator.value(line.indicator.prefixes_of(actor), month) for month in MONTHS)
            assert line.values == alone, line.indicator.name
        (workers,) = lines_of([(indicator("grid_workers"), (STREET,))], MONTHS)
        assert workers.values == (1, 1, 1, 1, 2, 3)
        (living,) = lines_of([(indicator("residents_living"), (HOME,))], MONTHS)
        assert living.values == (0, 2, 2, 1, 1, 1)
        assert lines_of([], MONTHS) == []


def test_figures_over_months_stop_at_the_wall(street: Flask) -> None:
    with street.app_context(), as_user("sec"):
        wanted = [(indicator(name), ("",)) for name in ("grid_workers", "full_time_share", "residents")]
        workers, share, residents = lines_of(wanted, MONTHS)
        assert workers.values[-1] == 2
        assert share.denominators is not None
        assert share.denominators[-1] == 2
        assert residents.values[-1] == 2


def test_everybody_has_a_first_page_of_his_own_area(street: Flask) -> None:
    clerk = signed_in_client(street, "sec").get("/").get_data(as_text=True)
    assert "今天 11月22日 星期日" in clerk
    assert "桂花社区，到今天为止" in clerk
    assert _counted(clerk, "在岗网格员") == "2"
    assert "比上月多 1 人" in clerk
    assert _counted(clerk, "实际居住人口") == "1"
    next_door = signed_in_client(street, "next").get("/").get_data(as_text=True)
    assert _counted(next_door, "在岗网格员") == "1"
    office = signed_in_client(street, "office").get("/").get_data(as_text=True)
    assert _counted(office, "在岗网格员") == "3"
    worker = signed_in_client(street, "worker").get("/").get_data(as_text=True)
    assert "第一网格，到今天为止" in worker
    assert _counted(worker, "实际居住人口") == "1"
    assert "导入名册" not in worker


def test_the_chosen_area_counts(sqlite_street: Flask) -> None:
    client = signed_in_client(sqlite_street, "office")
    client.post("/scope/", data={"area": NEXT_DOOR})
    html = client.get("/").get_data(as_text=True)
    assert "银杏社区，到今天为止" in html
    assert _counted(html, "在岗网格员") == "1"


def test_administrator_and_auditor_see_no_business(sqlite_street: Flask) -> None:
    admin = signed_in_client(sqlite_street, "admin").get("/").get_data(as_text=True)
    assert _counted(admin, "在用账号") == "8"
    assert _counted(admin, "网格") == "3"
    auditor = signed_in_client(sqlite_street, "auditor").get("/").get_data(as_text=True)
    assert int(_counted(auditor, "登录次数")) >= 2
    for html in (admin, auditor):
        for word in ("实际居住人口", "在岗网格员", "在册党员", "导入名册"):
            assert word not in html


def test_each_card_is_a_door_to_its_rows(street: Flask) -> None:
    for user in ("sec", "office", "worker", "party", "admin", "auditor", "leader"):
        client = signed_in_client(street, user)
        doors = re.findall(r'<a class="card figure" href="([^"]+)"', client.get("/").get_data(as_text=True))
        assert len(doors) >= 4, user
        for door in doors:
            assert client.get(door.replace("&amp;", "&")).status_code == 200, (user, door)


def test_a_figure_lists_its_rows_and_says_its_rule(street: Flask) -> None:
    client = signed_in_client(street, "sec")
    html = client.get("/figures/grid_workers").get_data(as_text=True)
    assert "怎么算的" in html
    assert "没填聘用日期的算一直在岗" in html
    assert "张清和" in html
    assert "李望舒" in html
    assert "王远山" not in html
    october = client.get("/figures/grid_workers?period=2026-10").get_data(as_text=True)
    assert "李望舒" not in october
    assert "桂花社区，2026年10月" in october


def test_a_share_lists_who_counts_and_who_is_missing(street: Flask) -> None:
    with street.app_context(), acting_as(SYSTEM), writing():
        reg = register("residential_compounds")
        row = service.save(reg, None, {"name": "桂苑一区", "area": HOME}, by=SYSTEM, today=TODAY)
        service.save(reg, None, {"name": "桂苑二区", "area": HOME}, by=SYSTEM, today=TODAY)
        committee = {"name": "桂苑一区业委会", "compound": str(row.id), "area": HOME, "founded_on": "2026-10-10"}
        service.save(register("owners_committees"), None, committee, by=SYSTEM, today=TODAY)
    client = signed_in_client(street, "sec")
    html = client.get("/figures/committee_share").get_data(as_text=True)
    assert "1 ÷ 2" in html
    assert "<b>50.0</b>" in html
    assert "桂苑一区" in html
    assert "桂苑二区" not in html
    rest = client.get("/figures/committee_share?part=rest").get_data(as_text=True)
    assert "桂苑二区" in rest
    assert "桂苑一区" not in rest
    before = client.get("/figures/committee_share?period=2026-09").get_data(as_text=True)
    assert "0 ÷ 2" in before


def test_neighbours_strangers_and_nonsense_get_nothing(street: Flask) -> None:
    client = signed_in_client(street, "sec")
    assert client.get(f"/figures/grid_workers?area={NEXT_DOOR}").status_code == 403
    assert client.get("/figures/grid_workers?area=x").status_code == 404
    assert client.get("/figures/nothing").status_code == 404
    assert client.get("/figures/accounts").status_code == 403
    assert client.get("/figures/grid_workers?page=x&period=never&part=rest").status_code == 200
    assert client.get("/figures/grid_workers?period=2026-10&start=²").status_code == 200, "int() reads no ²"
    assert client.get("/figures/grid_workers?page=900").status_code == 200
    wider = client.get(f"/figures/grid_workers?area={STREET}").get_data(as_text=True)
    assert "王远山" not in wider
    assert signed_in_client(street, "admin").get("/figures/grid_workers").status_code == 403
    assert street.test_client().get("/").status_code == 302
    assert street.test_client().get("/figures/grid_workers").status_code == 302


PAGE_STATEMENTS = 5
"""Person, figures, month chart, notices and the month's papers; beside them one for each room that has to-dos."""


def test_the_first_page_needs_few_statements(sqlite_street: Flask) -> None:
    with _statements(sqlite_street) as sent:
        for user in ("sec", "office", "worker", "admin", "auditor"):
            client = signed_in_client(sqlite_street, user)
            client.get("/")  # names, settings and the menu are kept after the first page of a version
            sent.clear()
            assert client.get("/").status_code == 200
            most = PAGE_STATEMENTS + len(todo_sources())
            assert len(sent) <= most, f"{user}: {len(sent)} > {most}\n" + "\n".join(sent)


class _statements:  # noqa: N801 - reads as a verb
    def __init__(self, app: Flask) -> None:
        self.app, self.sent = app, []

    def _note(self, _c: object, _cur: object, statement: str, *_rest: object) -> None:
        if not statement.startswith("BEGIN"):
            self.sent.append(statement[:160])

    def __enter__(self) -> list[str]:
        with self.app.app_context():
            self.engine = db.engine
        event.listen(self.engine, "before_cursor_execute", self._note)
        return self.sent

    def __exit__(self, *_problem: object) -> None:
        event.remove(self.engine, "before_cursor_execute", self._note)


def test_every_chosen_figure_is_known() -> None:
    known = {of.name for of in all_indicators()}
    chosen = {name for names in FIGURES.values() for name in names}
    chosen |= {name for charts in CHARTS.values() for _title, names in charts for name in names}
    assert chosen <= known, f"No indicator is called {sorted(chosen - known)}"


def test_a_term_is_over_the_day_after_its_last(street: Flask) -> None:
    with street.app_context(), acting_as(SYSTEM), writing():
        reg = register("owners_committees")
        for name, ends, longer in (
            ("甲", "2026-10-31", ""),
            ("乙", "2026-10-30", ""),
            ("丙", "2026-10-01", "2027-01-01"),
        ):
            values = {"name": name + "业委会", "area": HOME, "term_ends_on": ends, "extended_to": longer}
            values |= {"extension_paper": "清街发〔2026〕9号"} if longer else {}
            service.save(reg, None, values, by=SYSTEM, today=TODAY)
    of = indicator("committee_terms_over")
    with street.app_context(), as_user("sec"):
        assert of.value((HOME,), parse("2026-10")) == 1
        assert of.value((HOME,), parse("2026-11")) == 2
        assert of.value((HOME,), parse("2026-12")) == 2
        assert of.value((HOME,), parse("2027-01")) == 3


def test_every_door_leads_somewhere_and_opens_by_permission(sqlite_street: Flask) -> None:
    assert {door.endpoint for door in DOORS} <= set(sqlite_street.view_functions)
    for user, wanted in (
        ("sec", ["导入名册", "记一次会议", "打印本月"]),
        ("worker", ["登记居民"]),
        ("admin", ["新开账号"]),
        ("auditor", ["查审计记录"]),
        ("leader", ["打印本月"]),
    ):
        client = signed_in_client(sqlite_street, user)
        html = client.get("/").get_data(as_text=True)
        row = re.search(r'<div class="title-actions">(.*?)</div>', html, re.DOTALL)
        assert row, user
        doors = re.findall(r'href="([^"]+)">(?:<svg.*?</svg>)?([^<]+)</a>', row.group(1), re.DOTALL)
        assert [label for _url, label in doors] == wanted, user
        for url, _label in doors:
            assert client.get(url).status_code == 200, (user, url)
