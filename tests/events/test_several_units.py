"""An event that several units handle together, and people who act on one event at the very same moment."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from app.clock import utc_now
from app.events.models import Event
from app.extensions import db
from app.lowcode.flow import service as flow_service
from app.lowcode.flow import todos
from app.lowcode.flow.models import FlowStep
from app.lowcode.flow.queries import running, steps
from app.lowcode.flow.service import CaseMoved, Photo, Sent, StepRefused
from app.lowcode.flow.versions import choose_flow
from app.lowcode.queries import row_titles
from app.lowcode.register import register
from app.security.actor import SYSTEM, acting_as
from tests.events.world import EIGHT_STEPS, NOW, build, fresh, person, report, take, unit_id
from tests.lowcode.flow.test_acting import JPEG
from tests.world import HOME, TODAY, signed_in_client

PHOTOS = ("处置前", "处置后")


def sent_to_both() -> Event:
    """An event that two units signed for."""
    row = report(category="")
    take(row, "verify", "worker")
    take(row, "file", "centre")
    take(row, "dispatch", "centre", units=f"{unit_id('officer')},{unit_id('stranger')}", limit="3工作日")
    take(row, "accept", "officer")
    return row


@pytest.fixture
def street(context: None) -> None:
    build()
    with acting_as(SYSTEM):
        choose_flow("events", EIGHT_STEPS, area=HOME)


def unit_names() -> tuple[str, str]:
    with acting_as(SYSTEM):
        found = row_titles("units", {unit_id("officer"), unit_id("stranger")})
    return found[unit_id("officer")], found[unit_id("stranger")]


def asked(name: str) -> list[str]:
    actor = person(name)
    with acting_as(actor):
        return [str(todo.title) for todo in todos.waiting(actor, TODAY)]


def test_it_is_handled_when_the_last_unit_has_done_its_part(street: None) -> None:
    row = sent_to_both()
    take(row, "handle", "officer", photos=PHOTOS, note="拆了棚子")
    assert (fresh(row).state, fresh(row).handled_at, fresh(row).result) == ("handling", None, None)
    with pytest.raises(StepRefused, match="贵单位已经“处置完成”，正在等其他单位"):
        take(row, "handle", "officer", photos=PHOTOS, note="再说一遍")
    assert asked("officer") == []
    assert asked("stranger") == ["“楼道堆物”等您处置完成"]
    take(row, "handle", "stranger", NOW + timedelta(hours=5), photos=PHOTOS, note="清了垃圾")
    officers, strangers = unit_names()
    assert (fresh(row).state, fresh(row).handled_at, fresh(row).result) == (
        "handled", NOW + timedelta(hours=5), f"{officers}：拆了棚子\n{strangers}：清了垃圾"
    )  # fmt: skip
    take(row, "rework", "worker", note="没清干净")
    take(row, "handle", "stranger", photos=PHOTOS, note="又清了一遍")
    take(row, "handle", "officer", photos=PHOTOS, note="又看过")
    assert fresh(row).result == f"{strangers}：又清了一遍\n{officers}：又看过", "of this time, not of the first"
    with acting_as(SYSTEM):
        at = running(register("events"), fresh(row), NOW)
        assert at is not None
        assert [step.note for step in steps(at.row)][3:5] == ["清了垃圾", "拆了棚子"], "each unit's own words stay"


def test_an_event_handled_at_once_by_two_units_tells_both_results(context: None) -> None:
    build()
    row = report(category="")
    take(row, "raise", "clerk", note="办不了")
    take(row, "dispatch", "centre", units=f"{unit_id('officer')},{unit_id('stranger')}", limit="3工作日")
    take(row, "handle_above", "officer", result="拆了棚子")
    assert fresh(row).result == "拆了棚子"
    take(row, "handle_above", "stranger", result="清了垃圾")
    officers, strangers = unit_names()
    assert fresh(row).result == f"{officers}：拆了棚子\n{strangers}：清了垃圾"


def test_units_that_are_asked_anew_begin_anew(street: None) -> None:
    row = report(category="")
    take(row, "verify", "worker")
    take(row, "file", "centre")
    both = f"{unit_id('officer')},{unit_id('stranger')}"
    take(row, "dispatch", "centre", units=both, limit="3工作日")
    take(row, "refuse", "stranger", note="不归我们管")
    take(row, "dispatch", "centre", units=both, limit="3工作日")
    take(row, "accept", "stranger")
    take(row, "handle", "stranger", photos=PHOTOS)
    take(row, "handle", "officer", photos=PHOTOS)
    take(row, "rework", "worker", note="没清干净")
    with acting_as(SYSTEM):
        at = running(register("events"), fresh(row), NOW)
    assert at is not None
    assert at.case.signed == frozenset(), "every unit answers for the second time too"
    take(row, "handle", "officer", photos=PHOTOS)
    assert fresh(row).state == "handling"


def at_once(*works: Callable[[], object]) -> list[object]:
    """Results or exceptions of works that begin together."""
    barrier, found = threading.Barrier(len(works)), list[object]()

    def run(work: Callable[[], object]) -> None:
        barrier.wait()
        try:
            found.append(work())
        except (CaseMoved, StepRefused) as refused:
            found.append(refused)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_two_units_at_the_same_moment_are_both_kept_and_the_slower_is_told(app: Flask) -> None:
    with app.app_context():
        build()
        with acting_as(SYSTEM):
            choose_flow("events", EIGHT_STEPS, area=HOME)
        row = sent_to_both()
        id_, version = row.id, 0
        with acting_as(SYSTEM):
            at = running(register("events"), fresh(row), NOW)
            assert at is not None
            version = at.version
        db.session.remove()

    def handles(name: str) -> FlowStep:
        with app.app_context():
            reg, actor = register("events"), person(name)
            with acting_as(actor):
                files = tuple(Photo(shows, f"{shows}.jpg", JPEG) for shows in PHOTOS)
                event = db.session.get_one(Event, id_)
                return flow_service.act(reg, event, "handle", Sent(version, {}, "好了", files), by=actor, now=NOW)

    found = at_once(lambda: handles("officer"), lambda: handles("stranger"))
    assert Counter(type(each) for each in found) == {FlowStep: 1, CaseMoved: 1}
    with app.app_context(), acting_as(SYSTEM):
        at = running(register("events"), db.session.get_one(Event, id_), NOW)
        assert at is not None
        assert len(at.case.signed) == 1
        left = "stranger" if unit_id("officer") in at.case.signed else "officer"
        version = at.version
        db.session.remove()
    assert isinstance(handles(left), FlowStep)
    with app.app_context(), acting_as(SYSTEM):
        assert db.session.get_one(Event, id_).state == "handled"


def test_of_many_who_press_at_once_one_is_kept_and_the_others_are_told(app: Flask) -> None:
    """Through the pages, as people do it: three who may handle, and one who sends it up to the street."""
    with app.app_context():
        build()
        row = report(category="")
        id_, name = row.id, row.name
        db.session.remove()
    presses = (("clerk", "handle"), ("boss", "handle"), ("worker", "handle"), ("clerk", "raise"))
    clients = [signed_in_client(app, who) for who, _key in presses]
    with app.app_context(), acting_as(SYSTEM):
        at = running(register("events"), db.session.get_one(Event, id_), utc_now())
        assert at is not None
        version = str(at.version)
        db.session.remove()
    form = {"version": version, "result": "清走了", "note": "社区办不了"}
    found = at_once(*(
        lambda client=client, key=key: client.post(f"/flow/of/events/{id_}/{key}", data=form)
        for client, (_who, key) in zip(clients, presses, strict=True)
    ))  # fmt: skip
    assert [answer.status_code for answer in found] == [302] * len(presses)  # type: ignore[attr-defined]
    pages = [client.get(f"/events/show/{id_}").get_data(as_text=True) for client in clients]
    assert sum("刚有人办过这一步，您的操作没有记下" in page for page in pages) == len(presses) - 1
    assert sum("已办理，现在是" in page or "已转街道，现在是" in page for page in pages) == 1
    assert all(name in page for page in pages)
    with app.app_context(), acting_as(SYSTEM):
        at = running(register("events"), db.session.get_one(Event, id_), utc_now())
        assert at is not None
        assert len(steps(at.row)) == 1


def test_photos_of_a_step_stand_beside_it_for_whoever_checks(app: Flask) -> None:
    with app.app_context():
        build()
        with acting_as(SYSTEM):
            choose_flow("events", EIGHT_STEPS, area=HOME)
        row = sent_to_both()
        take(row, "handle", "officer", photos=PHOTOS)
        id_ = row.id
        db.session.remove()
    worker = signed_in_client(app, "worker")
    page = worker.get(f"/events/show/{id_}").get_data(as_text=True)
    assert [page.count(f'alt="{shows}" loading="lazy"') for shows in PHOTOS] == [1, 1]
    assert "“处置完成”要每个单位都做，还差：stranger的单位" in page
    assert "已做：officer的单位" in page
    address = page.split('<span class="pictures">')[1].split('<img src="')[1].split('"')[0]
    assert worker.get(address).headers["Content-Type"] == "image/jpeg"
    assert signed_in_client(app, "next").get(address).status_code == 404
