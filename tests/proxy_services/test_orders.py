"""From who became entitled to the signature at the door, on both databases: gates, A and B, the day, papers, scope."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask_appbuilder.security.sqla.models import User
from sqlalchemy import select

from app.database.transactions import writing
from app.extensions import db
from app.lowcode import service as rosters
from app.lowcode.flow import service as flow_service
from app.lowcode.flow.queries import running
from app.lowcode.papers import PaperRequest, paper
from app.lowcode.register import register
from app.lowcode.service import SaveRefused
from app.notices.queries import todos_of
from app.periods.rules import parse
from app.proxy_services import handing_on, queries, service, shipped, views
from app.proxy_services.entitlements import entitlements
from app.proxy_services.models import ITEMS, ORDERS, ProxyOrder
from app.security.actor import SYSTEM, acting_as
from app.security.models import Account
from app.security.queries import forget_access
from app.security.substituting import give_back, take_place
from app.settings.profile import ProfileRefused, read_profile
from app.settings.service import save_profile
from reports.document import Table
from reports.rendering import render
from tests.files.contents import picture
from tests.world import GRID, HOME, NEXT_DOOR, PROFILE, STREET, TODAY, add_user, as_user, build_areas, signed_in_client

MONDAY = datetime(2026, 11, 23, 2, tzinfo=UTC)
RULES = {"entitlements": [{"key": "aged_70", "name": "满70周岁", "age": 70, "item": "老年人优待证"}]}


def saved(name: str, /, row: Any = None, **values: Any) -> Any:
    with acting_as(SYSTEM):
        return rosters.save(register(name), row, values, by=SYSTEM, today=TODAY)


def fresh(row: Any) -> Any:
    with acting_as(SYSTEM):
        return db.session.get(type(row), row.id, populate_existing=True)


def build() -> dict[str, Any]:
    """A community with A and B, an item, and residents about seventy."""
    build_areas()
    with acting_as(SYSTEM):
        save_profile(PROFILE | RULES)
        shipped.load(read_profile(PROFILE | RULES, source="试验"))
    for name, role, area in (("shuji", "community_secretary", HOME), ("neiqin", "community_clerk", HOME),
                             ("gezi", "grid_worker", GRID), ("linju", "community_clerk", NEXT_DOOR)):  # fmt: skip
        add_user(name, role, area)
    a, b = saved("community_workers", name="王甲", area=HOME), saved("community_workers", name="李乙", area=HOME)
    item = saved(
        ITEMS, name="老年人优待证", area=STREET, materials="身份证\n户口簿", person_a=str(a.id), person_b=str(b.id)
    )
    born = {"old": "1950-01-01", "now": "1956-11-30", "next": "1956-12-01", "away": "1956-11-10"}
    people = {
        key: saved("residents", name=f"孟{key}", area=GRID, born_on=day, phone="13800000001")
        for key, day in born.items()
    }
    neighbour = saved("residents", name="隔壁", area=NEXT_DOOR, born_on="1956-11-05")
    saved("residents", people["away"], left_on="2026-11-20")
    return {"a": a, "b": b, "item": item, "neighbour": neighbour, **people}


@pytest.fixture
def world(context: Any) -> dict[str, Any]:
    return build()


def entitled(area: str, first: date | None) -> list[str]:
    (rule,) = entitlements()
    found, count = queries.entitled((area,), rule, first=first, last=date(2026, 11, 30))
    assert count == len(found)
    return [row.name for row in found]


def opened(person: Any, who: str = "neiqin") -> ProxyOrder:
    (rule,) = entitlements()
    with as_user(who) as actor:
        return service.open_order(person, rule, "", by=actor, today=TODAY)


def act(
    order: ProxyOrder, key: str, who: str = "neiqin", note: str = "", photos: tuple[Any, ...] = (), **values: str
) -> None:
    reg = register(ORDERS)
    with as_user(who) as actor:
        at = running(reg, fresh(order), MONDAY)
        assert at is not None
        sent = flow_service.Sent(at.version, values, note, photos)
        flow_service.act(reg, order, key, sent, by=actor, now=MONDAY)


def shot(gate: str, data: bytes | None = None) -> tuple[flow_service.Photo, ...]:
    return (flow_service.Photo(gate, "photo.png", data or picture("PNG")),)


def test_who_became_entitled_and_was_not_served(world: dict[str, Any]) -> None:
    with as_user("neiqin"):
        assert entitled(HOME, date(2026, 11, 1)) == ["孟now"]
        assert entitled(HOME, None) == ["孟now", "孟old"]
    order = opened(world["now"])
    with as_user("neiqin"):
        assert entitled(HOME, None) == ["孟old"]
    with pytest.raises(SaveRefused, match="已经有代办单"):
        opened(world["now"])
    act(order, "cancel", note="本人不办了")
    with as_user("neiqin"):
        assert entitled(HOME, None) == ["孟now", "孟old"]
    with as_user("linju"):
        assert entitled(HOME, None) == []
        assert entitled(NEXT_DOOR, None) == ["隔壁"]


def test_who_asked_himself_is_served_as_well(world: dict[str, Any]) -> None:
    other = saved(ITEMS, name="社保待遇资格认证", area=STREET)
    saved(ORDERS, resident=str(world["now"].id), item=str(other.id), area=GRID)
    with as_user("neiqin"):
        assert entitled(HOME, None) == ["孟now", "孟old"], "another item is not the one he became entitled to"
    saved(ORDERS, resident=str(world["now"].id), item=str(world["item"].id), area=GRID)
    with as_user("neiqin"):
        assert entitled(HOME, None) == ["孟old"]


def test_an_item_nobody_registered_is_named(world: dict[str, Any]) -> None:
    with acting_as(SYSTEM):
        rosters.delete(register(ITEMS), world["item"], by=SYSTEM)
    with pytest.raises(SaveRefused, match="没有“老年人优待证”"):
        opened(world["now"])


def gives_account(username: str, worker: Any) -> None:
    """An account of a community worker."""
    add_user(username, "community_clerk", HOME)
    with acting_as(SYSTEM), writing():
        account = db.session.get(Account, user_id(username))
        assert account is not None
        account.person_uid = worker.uid


def user_id(username: str) -> int:
    with acting_as(SYSTEM):
        return db.session.execute(select(User.id).where(User.username == username)).scalar_one()


def leaves(absent: str, substitute: str, *, first: date = TODAY, last: date = TODAY) -> None:
    with as_user(absent):
        take_place(user_id(absent), user_id(substitute), first, last, today=TODAY)
    forget_access()


def test_b_gets_what_comes_while_a_is_away(world: dict[str, Any]) -> None:
    assert opened(world["now"]).worker_id == world["a"].id
    gives_account("wangjia", world["a"])
    gives_account("liyi", world["b"])
    leaves("wangjia", "neiqin")
    order = opened(world["next"])
    assert (order.worker_id, order.first_by) == (world["b"].id, "neiqin同志"), "B of the item, whoever takes the posts"


def test_what_a_has_under_way_goes_to_b_on_the_day_his_leave_begins(world: dict[str, Any]) -> None:
    gives_account("wangjia", world["a"])
    gives_account("liyi", world["b"])
    order, done = opened(world["now"], "wangjia"), opened(world["old"])
    act(order, "appoint", "wangjia", note="约好明天上午")
    act(done, "cancel", note="本人不办了")
    tomorrow = TODAY + timedelta(days=1)
    leaves("wangjia", "liyi", first=tomorrow, last=tomorrow)
    assert handing_on.hand_on(TODAY) == 0
    assert fresh(order).worker_id == world["a"].id
    assert [handing_on.hand_on(tomorrow) for _time in range(2)] == [1, 0]
    row = fresh(order)
    assert (row.worker_id, row.first_by) == (world["b"].id, "wangjia同志"), "the first who received it stays"
    assert fresh(done).worker_id == world["a"].id, "what is over stays where it was"
    with as_user("liyi") as actor:
        titles = {str(todo.title): todo.url for todo in todos_of(actor, TODAY)}
    assert titles["王甲不在，代办单 代2026-001 转给您办"] == f"/proxy_orders/show/{order.id}"
    act(order, "seal", "liyi", items_in="身份证", letter="委1", photos=shot("当面封口"))
    assert fresh(order).state == "sealed"
    assert handing_on.hand_on(tomorrow + timedelta(days=1)) == 0, "B finishes what he was given"
    assert fresh(order).worker_id == world["b"].id


def test_without_a_b_whoever_takes_the_place_goes_on(world: dict[str, Any]) -> None:
    gives_account("wangjia", world["a"])
    third = saved("community_workers", name="赵丙", area=HOME)
    gives_account("zhaobing", third)
    saved(ITEMS, world["item"], person_b="")
    order = opened(world["now"])
    leaves("wangjia", "neiqin")
    assert handing_on.hand_on(TODAY) == 0, "who takes his place is no community worker: the posts alone go to him"
    with as_user("neiqin"):
        give_back(user_id("wangjia"), user_id("neiqin"), today=TODAY)
    leaves("wangjia", "zhaobing")
    assert handing_on.hand_on(TODAY) == 1
    assert fresh(order).worker_id == third.id


def test_three_gates_in_order_each_with_its_own_photo(world: dict[str, Any]) -> None:
    order = opened(world["now"])
    act(order, "appoint", note="约好明天上午")
    with pytest.raises(flow_service.StepRefused) as refused:
        act(order, "seal", items_in="身份证\n户口簿", letter="委1")
    assert set(refused.value.errors) == {"photo:当面封口"}
    with pytest.raises(flow_service.StepRefused, match="要到“窗口办理”才能"):
        act(order, "reseal", items_out="身份证\n户口簿", photos=shot("重新封口"))
    first = picture("PNG")
    act(order, "seal", items_in="身份证\n户口簿", letter="委1", photos=shot("当面封口", first))
    row = fresh(order)
    assert (row.state, row.sealed_on, row.due_on) == ("sealed", date(2026, 11, 23), date(2026, 11, 24))
    with pytest.raises(flow_service.StepRefused, match="另拍一张"):
        act(order, "open", photos=shot("开封前", first))
    assert fresh(order).state == "sealed", "nothing of a refused step stays"
    act(order, "open", photos=shot("开封前"))
    with pytest.raises(flow_service.StepRefused, match="收了没有交回：户口簿"):
        act(order, "reseal", items_out="身份证\n优待证", photos=shot("重新封口"))
    act(order, "reseal", items_out="身份证\n户口簿\n优待证", photos=shot("重新封口"))
    act(order, "deliver", "gezi", "本人签收")
    with pytest.raises(flow_service.StepRefused, match="没有这个岗位"):
        act(order, "follow", "gezi")
    act(order, "follow", "shuji")
    row = fresh(order)
    assert (row.state, row.delivered_on) == ("followed", date(2026, 11, 23))
    with acting_as(SYSTEM):
        gates = queries.gates_of(row)
    assert [step.to_state for step in gates if step is not None] == ["sealed", "opened", "resealed"]


def test_a_bag_that_is_out_is_asked_for(world: dict[str, Any]) -> None:
    order = opened(world["now"])
    act(order, "appoint", note="约好")
    act(order, "seal", items_in="身份证", letter="委1", photos=shot("当面封口"))
    with as_user("neiqin") as clerk:
        assert views.bags_out(clerk, date(2026, 11, 23)) == []
        (todo,) = views.bags_out(clerk, date(2026, 11, 24))
        assert (todo.title, todo.due_on) == ("代办要送回：代2026-001", date(2026, 11, 24))
    with as_user("linju") as neighbour:
        assert views.bags_out(neighbour, date(2026, 12, 24)) == []


def test_papers_count_what_came_back_in_time(world: dict[str, Any]) -> None:
    order = opened(world["now"])
    saved(ORDERS, order, sealed_on="2026-11-22", items_in="身份证")
    with acting_as(SYSTEM), writing():
        row = db.session.get(ProxyOrder, order.id)
        assert row is not None
        row.due_on, row.delivered_on = date(2026, 11, 22), date(2026, 11, 22)
    opened(world["old"])
    with as_user("neiqin") as clerk:
        request = PaperRequest(HOME, parse("2026-11"), TODAY, clerk)
        document = paper("proxy_ledger").build(request)
        sheet = paper("proxy_sheet").build(PaperRequest(HOME, parse("2026-11"), TODAY, clerk, order.uid))
    (table,) = (block for block in document.blocks if isinstance(block, Table))
    assert table.note == "共受理2件，送回1件，按时1件，按时办结率100.00%（按时送回数÷送回数）。"
    assert table.rows[0][3] == "孟**"
    for made in (document, sheet):
        for format_ in ("pdf", "xlsx", "docx", "html"):
            assert render(made, format_)
    with as_user("linju") as neighbour:
        other = paper("proxy_sheet").build(PaperRequest(HOME, parse("2026-11"), TODAY, neighbour, order.uid))
    assert "孟" not in str(other)


def test_rules_that_cannot_be_read_stop_init(context: Any) -> None:
    broken = read_profile(PROFILE | {"entitlements": [{"key": "x"}]}, source="试验")
    with pytest.raises(ProfileRefused, match="entitlements"):
        shipped.load(broken)


def test_the_pages(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        people = build()
        ids = {key: people[key].id for key in ("now", "neighbour")}
    client, neighbour = (signed_in_client(sqlite_app, name) for name in ("neiqin", "linju"))
    page = client.get("/proxy_services/entitled").get_data(as_text=True)
    assert "孟now" in page
    assert "孟old" not in page
    assert "孟old" in client.get("/proxy_services/entitled?span=all&rule=nonsense&page=-3").get_data(as_text=True)
    url = f"/proxy_services/entitled/aged_70/{ids['now']}"
    assert "老年人优待证" in client.get(url).get_data(as_text=True)
    assert neighbour.get(url).status_code == 404
    assert client.get(f"/proxy_services/entitled/nonsense/{ids['now']}").status_code == 404
    assert client.get(f"/proxy_services/entitled/aged_70/{ids['neighbour']}").status_code == 404
    answer = client.post(url, data={"note": "行动不便"})
    assert answer.status_code == 302
    shown = client.get(answer.location).get_data(as_text=True)
    assert "三道封口照片" in shown
    assert "王甲" in shown
    assert client.post(url, data={}).status_code == 422
    order = int(answer.location.rsplit("/", 1)[1])
    assert client.get(f"/proxy_services/{order}/sheet.pdf").data.startswith(b"%PDF")
    assert neighbour.get(f"/proxy_services/{order}/sheet.pdf").status_code == 404
