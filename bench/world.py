"""A database of invented grid workers of a given size, kept in build/bench between runs."""

from __future__ import annotations

import random
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask
from flask_appbuilder.security.sqla.models import User
from sqlalchemy import select, text

from app.areas.models import Area
from app.database.migrate import upgrade
from app.database.transactions import writing
from app.extensions import db
from app.factory import create_app
from app.lowcode import tokens as cut
from app.lowcode.service import sort_key
from app.security import service
from app.security.actor import SYSTEM, acting_as
from app.settings.service import save_profile

FOLDER = Path(__file__).resolve().parents[1] / "build" / "bench"
STREET = "990101001"
COMMUNITIES = 100
PASSWORD = "Bench-2026-ok"  # noqa: S105 - an invented account of an invented street
FAMILY = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = "建国明华丽芳伟强敏静文军洋勇艳杰涛超秀霞平刚桂英玉兰"
CODES = {
    "sex": ("1", "2"), "political_status": ("01", "03", "13"), "kind": ("full_time", "part_time"),
    "post": ("head", "deputy_head"), "state": ("on_duty",),
}  # fmt: skip
"""Column offered as a filter → codes that occur."""
RARE = "谭罕见"
PROFILE: dict[str, Any] = {
    "key": "bench", "name": "测速街道", "office_name": "测速街道", "top_code": STREET, "grid_level": "community",
    "levels": [{"key": "street", "name": "街道", "digits": 9}, {"key": "community", "name": "社区", "digits": 12}],
    "lists": [{"key": "resources", "name": "资源"}, {"key": "needs", "name": "需求"}, {"key": "projects", "name": "项目"}],
}  # fmt: skip


def application(rows: int, *, name: str = "", then: Callable[[], None] | None = None) -> Flask:
    """The application on a database with so many grid workers; built, with what `then` adds, when it is not there."""
    folder = FOLDER / (name or str(rows))
    is_new = not (folder / "whole").exists()
    app = create_app({"DATA_DIR": str(folder), "TODAY": "2026-11-22"}, WTF_CSRF_ENABLED=False)
    with app.app_context():
        # One that was built before the tables changed is brought up to them.
        upgrade(db.engine)
        if is_new:
            _build(rows)
            if then is not None:
                then()
        (folder / "whole").write_text("built", encoding="utf-8")
    return app


def _build(rows: int) -> None:
    service.make_permissions()
    with acting_as(SYSTEM), writing() as session:
        save_profile(PROFILE)
        for code, parent, name, level in (
            (STREET, None, "测速街道", "street"),
            *((f"{STREET}{n:03d}", STREET, f"第{n}社区", "community") for n in range(1, COMMUNITIES + 1)),
        ):
            session.add(
                Area(uid=secrets.token_hex(16), code=code, area_code=code, parent_code=parent, name=name, level=level,
                     extra={})
            )  # fmt: skip
    with acting_as(SYSTEM), writing() as session:
        _fill(session.connection(), rows)
    _accounts()
    with db.engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE")
        connection.commit()


def _fill(connection: Any, rows: int) -> None:
    rng = random.Random(rows)
    names: dict[str, tuple[str, set[str]]] = {}
    areas = [f"{STREET}{n:03d}" for n in range(1, COMMUNITIES + 1)]
    area_tokens = {code: cut.area_tokens(code) for code in areas}
    batch: list[dict[str, Any]] = []
    for number in range(1, rows + 1):
        name = RARE if number in (rows // 2, rows // 3) else rng.choice(FAMILY) + rng.choice(GIVEN) + rng.choice(GIVEN)
        if name not in names:
            names[name] = (sort_key(name) or "", cut.text_tokens(name) | cut.pinyin_tokens(name))
        area = rng.choice(areas)
        codes = {name: rng.choice(values) for name, values in CODES.items()}
        phone = f"154{number:08d}"
        filters = {f"f{name}={value}" for name, value in codes.items()}
        tokens = area_tokens[area] | names[name][1] | cut.text_tokens(phone) | filters
        batch.append(
            {"id": number, "uid": f"{number:032x}", "area": area, "name": name, "pinyin": names[name][0],
             "phone": phone, **codes, "tokens": " ".join(sorted(tokens)), "now": "2026-11-01 00:00:00.000000"}
        )  # fmt: skip
        if len(batch) == 20_000 or number == rows:
            _insert(connection, batch)
            batch = []


def _insert(connection: Any, batch: list[dict[str, Any]]) -> None:
    connection.execute(
        text(
            "INSERT INTO grid_workers (id, uid, area_code, version, created_at, changed_at, extra, name, phone, pinyin,"
            f" {', '.join(CODES)}) VALUES (:id, :uid, :area, 1, :now, :now, '{{}}', :name, :phone, :pinyin,"
            f" {', '.join(':' + name for name in CODES)})"
        ),
        batch,
    )
    connection.execute(text("INSERT INTO grid_workers_search (rowid, tokens) VALUES (-:id, :tokens)"), batch)


def _accounts() -> None:
    """One who sees everything, one of one community, one of fifty."""
    with acting_as(SYSTEM):
        for name, role, areas in (
            ("street", "street_office", [STREET]),
            ("one", "community_secretary", [f"{STREET}007"]),
            ("fifty", "community_secretary", [f"{STREET}{n:03d}" for n in range(1, COMMUNITIES + 1, 2)]),
        ):
            service.open_account(name, name=name, area_code=areas[0], password=PASSWORD, must_change=False)
            user = db.session.execute(select(User).where(User.username == name)).scalar_one()
            for area in areas:
                service.add_post(user, role=role, area_code=area)
