"""A pile that takes long is read by the worker: twelve files through the pages, stopped, gone on with, thrown away; long lists."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from app.database.transactions import writing
from app.extensions import db
from app.jobs import worker
from app.jobs.models import RUNNING, Job
from app.jobs.running import JobContext
from app.requested_tables import pile_reading, piles, queries
from app.requested_tables.models import Collection, PileFile
from app.security.actor import SYSTEM, acting_as
from tests.requested_tables.test_gathering import DUE, people, send_down, summary, take_everything, twelve_files
from tests.requested_tables.world import CODES, COMMUNITIES, blank_list, build_street, filled_list, id_number, opened
from tests.world import HOME, as_user, signed_in_client

BASE = "/requested_tables/collections"


@pytest.fixture
def street(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    monkeypatch.setattr(pile_reading, "JOB_FROM_BYTES", 1)
    with app.app_context():
        build_street()
        db.session.remove()
    return app


def sent_down(client: Any, codes: Sequence[str] = CODES) -> int:
    form = {"title": "11月网格员花名册", "due_on": DUE.isoformat(), "area": list(codes),
            "file": (io.BytesIO(blank_list()), "花名册.xlsx")}  # fmt: skip
    return int(client.post(f"{BASE}/new", data=form).location.rpartition("/")[2])


def dropped(client: Any, id_: int, files: Sequence[piles.Upload]) -> str:
    form = {"files": [(io.BytesIO(file.data), file.name) for file in files]}
    answer = client.post(f"{BASE}/{id_}/pile", data=form)
    assert answer.status_code == 302
    assert answer.location == f"{BASE}/{id_}/pile"
    return text_of(client, answer.location)


def text_of(client: Any, url: str) -> str:
    return client.get(url).get_data(as_text=True)


def counted(app: Flask) -> tuple[int, int]:
    """(files read, files not read) that lie on piles."""
    with app.app_context(), acting_as(SYSTEM):
        wanted = select(func.count(), func.count(PileFile.file_box)).select_from(PileFile)
        every, unread = db.session.execute(wanted).one()
        db.session.remove()
    return every - unread, unread


def test_twelve_files_come_out_right_through_the_pages(street: Flask) -> None:
    """清溪 is missing, 桂花 came twice, 银杏 put a column in, 玉兰's 合计 is wrong."""
    client = signed_in_client(street, "street")
    id_ = sent_down(client)
    waiting = dropped(client, id_, twelve_files())
    assert "data-poll" in waiting
    assert "收下勾选的" not in waiting
    assert counted(street) == (0, 12)
    assert "收到的文件里还有 12 个没有认完" in text_of(client, f"{BASE}/{id_}")

    poll = re.search(r'data-poll="([^"]+)"', waiting)
    assert poll is not None
    assert client.get(poll[1]).json["is_finished"] is False
    assert worker.run_pending(street) == 1
    done = client.get(poll[1]).json
    assert (done["state"], done["done"], done["total"], done["next_url"]) == ("done", 12, 12, f"{BASE}/{id_}/pile")

    page = text_of(client, f"{BASE}/{id_}/pile")
    for said in ("还缺 1 家：清溪社区", "这个社区有 2 份文件，建议收最新的这份", "附件1-桂花.xlsx", "只在要收的这份里：桂姓乙",
                 "多了一列“民族”", "“联系电话”写成了“手机”"):  # fmt: skip
        assert said in page
    ticked = re.findall(r'name="id" value="(\d+)" form="take" aria-label="[^"]*" checked', page)
    owners = dict(re.findall(r'<select name="(owner-\d+)"[^>]*>.*?<option value="(\d*)" selected', page))
    assert len(ticked) == 11
    answer = client.post(f"{BASE}/{id_}/pile/take", data={"id": ticked, **owners}, follow_redirects=True)
    desk = answer.get_data(as_text=True)
    assert "收下了 11 家的表" in desk
    assert "还没报：清溪社区。" in desk
    assert "已报 11 家，共 12 家" in desk

    whole = text_of(client, f"{BASE}/{id_}/summary")
    assert "还没收到：清溪社区" in whole
    assert "写的是 999，各行加起来是 400" in whole
    file = client.post(f"{BASE}/{id_}/summary/file")
    sheet = opened(file.get_data())
    names = [name for code, name in COMMUNITIES.items() if code != CODES[11]]
    rows = [number for number in range(len(names)) for _ in range(2 + number % 3)]
    assert [sheet.cell(4 + line, 1).value for line in range(len(rows))] == list(range(1, len(rows) + 1))
    assert [sheet.cell(4 + line, 2).value for line in range(len(rows))] == [names[number] for number in rows]
    assert sheet.cell(4 + len(rows), 1).value == "合计"


def test_a_stopped_pile_goes_on_where_it_was(street: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    client = signed_in_client(street, "street")
    id_ = sent_down(client)
    dropped(client, id_, twelve_files()[:5])
    plain, seen = JobContext.chunk, []

    def stop_after_two(self: JobContext, *args: Any, **more: Any) -> Any:
        seen.append(args)
        if len(seen) == 3:
            client.post(f"/jobs/{self.id}/cancel", data={"next": "/"})
            self.keep()
        return plain(self, *args, **more)

    monkeypatch.setattr(JobContext, "chunk", stop_after_two)
    worker.run_pending(street)
    assert counted(street) == (2, 3)
    page = text_of(client, f"{BASE}/{id_}/pile")
    assert "还有 3 个文件没有认" in page
    assert "还缺" not in page
    again = re.search(r'action="(/jobs/\d+/again)"', page)
    assert again is not None
    client.post(again[1], data={"next": "/"})
    worker.run_pending(street)
    assert counted(street) == (5, 0)


def test_a_worker_that_dies_between_files_reads_none_twice(street: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    client = signed_in_client(street, "street")
    id_ = sent_down(client)
    dropped(client, id_, twelve_files()[:4])
    plain, seen = pile_reading.read_file, []

    def die_at_the_third(*args: Any) -> Any:
        seen.append(args)
        if len(seen) == 3:
            raise KeyboardInterrupt
        return plain(*args)

    monkeypatch.setattr(pile_reading, "read_file", die_at_the_third)
    with pytest.raises(KeyboardInterrupt):
        worker.run_pending(street)
    assert counted(street) == (2, 2)
    with street.app_context(), acting_as(SYSTEM), writing() as session:
        session.execute(update(Job).where(Job.state == RUNNING).values(lease_until=Job.created_at))
    worker.run_pending(street)
    assert counted(street) == (4, 0)


def test_what_was_not_read_is_thrown_away(street: Flask) -> None:
    client = signed_in_client(street, "street")
    id_ = sent_down(client)
    page = dropped(client, id_, twelve_files()[:3])
    stop = re.search(r'action="(/jobs/\d+/cancel)"', page)
    assert stop is not None
    client.post(stop[1], data={"next": "/"})
    assert worker.run_pending(street) == 0
    client.post(f"{BASE}/{id_}/pile/drop_unread")
    assert counted(street) == (0, 0)


def test_nobody_else_s_rights_read_the_pile(street: Flask) -> None:
    client = signed_in_client(street, "street")
    id_ = sent_down(client)
    dropped(client, id_, twelve_files()[:2])
    with street.app_context(), acting_as(SYSTEM), writing() as session:
        session.execute(update(Collection).where(Collection.id == id_).values(area_code="320505002"))
    worker.run_pending(street)
    with street.app_context(), acting_as(SYSTEM):
        job = db.session.execute(select(Job).order_by(Job.id.desc()).limit(1)).scalar_one()
        assert "不在您负责的范围内" in job.error
    assert counted(street) == (0, 2)


LONG = 1_300


def test_lists_of_more_than_a_thousand_rows(street: Flask) -> None:
    """Two communities, 1,300 rows and 2: read, added up, poured, paged."""
    with street.test_request_context():
        collection = send_down(blank_list(), CODES[:2])
        many = [("", f"居民{number}", "女性", id_number(number), "", 100, f"备注{number}") for number in range(LONG)]
        few = people(CODES[1], 2)
        collection_id = collection.id
        with as_user("street") as actor:
            wish = queries.asked(collection)
            files = [piles.Upload("桂花社区.xlsx", filled_list("桂花社区", many, total=100 * LONG)),
                     piles.Upload("银杏社区.xlsx", filled_list("银杏社区", few, total=200))]  # fmt: skip
            assert piles.add_files(collection, wish, files, by=actor) is not None
        db.session.remove()
    worker.run_pending(street)
    with street.test_request_context():
        collection = db_collection(collection_id)
        with as_user("street"):
            wish = queries.asked(collection)
            pile = piles.sorted_pile(collection, wish)
        assert {code: row.row_count for code, row in pile.proposed.items()} == {HOME: LONG, CODES[1]: 2}
        take_everything(collection, pile)
        made = summary(collection, wish)
        rows = made.gathered.content[0].cells
        assert [row[0] for row in rows] == list(range(1, LONG + 3))
        assert rows[LONG - 1][7] == f"备注{LONG - 1}"
        assert not [each for each in made.gathered.findings if "合计" in each.text]
        db.session.remove()
    client = signed_in_client(street, "street")
    last = text_of(client, f"{BASE}/{collection_id}/summary?page={(LONG + 2) // 25 + 1}")
    assert f"{LONG + 2} 行" in last
    sheet = opened(client.post(f"{BASE}/{collection_id}/summary/file").get_data())
    assert sheet.cell(3 + LONG, 3).value == f"居民{LONG - 1}"
    assert sheet.cell(5 + LONG, 3).value == few[1][1]
    assert sheet.cell(6 + LONG, 1).value == "合计"
    assert sheet.cell(6 + LONG, 7).value == f"=SUM(G4:G{5 + LONG})"


def db_collection(id_: int) -> Collection:
    with acting_as(SYSTEM):
        return db.session.get_one(Collection, id_)


def test_a_community_types_into_a_long_list(street: Flask) -> None:
    """The page sends the rows it shows; what stands on other pages stays."""
    client = signed_in_client(street, "clerk")
    with street.test_request_context():
        id_ = send_down(blank_list(), CODES[:1]).id
        db.session.remove()
    many = [("", f"居民{number}", "女性", "", "", 100, "") for number in range(LONG)]
    where = f"{BASE}/{id_}/{HOME}"
    sent = {"file": (io.BytesIO(filled_list("桂花社区", many)), "桂花.xlsx")}
    assert client.post(f"{where}/upload", data=sent).status_code == 302
    page = text_of(client, f"{where}?page=48")
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version is not None
    assert "c-1199-7" in page
    form = {"version": version[1], "c-1199-7": "迁出"}
    assert client.post(f"{where}?page=48", data=form, headers={"Accept": "application/json"}).status_code == 200
    with street.app_context(), as_user("clerk"):
        there = queries.return_of(db_collection(id_), HOME)
        cells = queries.draft_of(there)[0].cells
        assert (len(cells), cells[1199][7], cells[1299][2]) == (LONG, "迁出", "居民1299")
        db.session.remove()
