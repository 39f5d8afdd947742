"""One step of the Excel measurement in a process of its own: CPU seconds and peak memory as JSON lines."""

from __future__ import annotations

import gc
import json
import os
import secrets
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import select, text

from app.areas.models import Area
from app.database.migrate import upgrade
from app.database.transactions import writing
from app.extensions import db
from app.factory import create_app
from app.lowcode import exporting, queries
from app.lowcode.importing import checking, service, sheets
from app.lowcode.importing.models import ImportBatch
from app.lowcode.importing.outcome import Outcome, PublishWish
from app.lowcode.register import register
from app.security.actor import NOBODY, SYSTEM, acting_as
from app.security.service import make_permissions
from app.settings.service import save_profile
from bench.postgres import cpu_of_postgres

TODAY = date(2026, 11, 22)
STREET = "990101001"
COMMUNITIES, GRIDS = 100, 8
NUMERALS = "一二三四五六七八"
PROFILE: dict[str, Any] = {
    "key": "bench", "name": "测速街道", "office_name": "测速街道", "top_code": STREET, "grid_level": "grid",
    "levels": [
        {"key": "street", "name": "街道", "digits": 9}, {"key": "community", "name": "社区", "digits": 12},
        {"key": "grid", "name": "网格", "digits": 15},
    ],
    "lists": [{"key": "resources", "name": "资源"}, {"key": "needs", "name": "需求"}, {"key": "projects", "name": "项目"}],
}  # fmt: skip


@contextmanager
def measured(name: str) -> Iterator[None]:
    """Print CPU seconds, those of PostgreSQL with them, and how far the process grew above what it held before."""
    gc.collect()
    idle = status_of_process("VmRSS")
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    begin, wall = time.process_time() + cpu_of_postgres(), time.perf_counter()
    yield
    cpu, wall = time.process_time() + cpu_of_postgres() - begin, time.perf_counter() - wall
    grown = (status_of_process("VmHWM") - idle) / 1024
    print(json.dumps({"name": name, "cpu": cpu, "wall": wall, "grown": grown}), flush=True)


def status_of_process(key: str) -> int:
    """A line of /proc/self/status (VmRSS: held now, VmHWM: the most so far), in KB."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith(key + ":"):
            return int(line.split()[1])
    raise KeyError(key)


def areas(folder: Path, rows: int) -> None:  # noqa: ARG001
    """An empty office with its areas."""
    upgrade(db.engine)
    make_permissions()
    with acting_as(SYSTEM), writing() as session:
        save_profile(PROFILE)
        session.add(_area(STREET, None, "测速街道", "street"))
        for number in range(1, COMMUNITIES + 1):
            community = f"{STREET}{number:03d}"
            session.add(_area(community, STREET, f"第{number}社区", "community"))
            for grid in range(1, GRIDS + 1):
                session.add(_area(f"{community}{grid:03d}", community, f"第{NUMERALS[grid - 1]}网格", "grid"))


def prepare(folder: Path, rows: int) -> None:
    """An office with the first roster in it."""
    areas(folder, rows)
    outcome = _check(folder / "first.xlsx")
    assert outcome.counts["new"] == rows, outcome.counts
    _publish(outcome)
    if db.engine.dialect.name == "sqlite":
        with db.engine.connect() as connection:
            connection.exec_driver_sql("ANALYZE")
            connection.commit()


def _area(code: str, parent: str | None, name: str, level: str) -> Area:
    return Area(
        uid=secrets.token_hex(16), code=code, area_code=code, parent_code=parent, name=name, level=level, extra={}
    )


def _check(path: Path) -> Outcome:
    return service.check(
        "grid_workers", path.read_bytes(), file_name=path.name, area=STREET, by=SYSTEM, today=TODAY
    )  # fmt: skip


def _publish(outcome: Outcome) -> dict[str, Any]:
    return service.publish_checked(outcome.batch_id or 0, PublishWish(mode="all"), by=SYSTEM, today=TODAY)


def recognise(folder: Path, rows: int) -> None:
    """The layout of the sheet, once its cells are there."""
    data = (folder / "second.xlsx").read_bytes()
    with measured("read"):
        book = sheets.read(data)
    with measured("layout"):
        found = checking.recognise_for(register("grid_workers"), book, {}, area=STREET)
    assert sum(len(table.table.rows) for each in found for table in each.tables) == rows


def import_(folder: Path, rows: int) -> None:
    """The second roster, of other people."""
    with measured("whole"):
        with measured("check"):
            outcome = _check(folder / "second.xlsx")
        assert outcome.counts["new"] == rows, outcome.counts
        with measured("publish"):
            _publish(outcome)


def again(folder: Path, rows: int) -> None:
    """The same file once more."""
    with measured("again"):
        outcome = _check(folder / "second.xlsx")
    assert outcome.counts["same"] == rows, outcome.counts


def changed(folder: Path, rows: int) -> None:
    """Every tenth phone is another one."""
    with measured("changed"):
        outcome = _check(folder / "changed.xlsx")
        _publish(outcome)
    assert outcome.counts["changed"] == rows // 10, outcome.counts


def export(folder: Path, rows: int) -> None:
    """Everybody of the register, as the office takes them out, numbers of persons masked."""
    reg = register("grid_workers")
    taken = exporting.extract(reg, queries.Wish(), SYSTEM, audience="public")
    # The system sees everything in clear; somebody without rights sees the numbers masked.
    taken = exporting.Extract(reg, taken.columns, taken.ids[:rows], replace(taken.viewer, actor=NOBODY))
    with measured("export"):
        (folder / "export.xlsx").write_bytes(exporting.as_xlsx(taken))


def undo(folder: Path, rows: int) -> None:  # noqa: ARG001
    """The batch of new people."""
    batch = db.session.execute(select(ImportBatch.id).where(ImportBatch.file_name == "second.xlsx")).scalars().first()
    assert batch is not None
    with measured("undo"):
        outcome = service.undo(batch, by=SYSTEM, today=TODAY)
    assert outcome.reversed + len(outcome.kept) == rows, (outcome.reversed, len(outcome.kept))


STEPS = {
    "areas": areas,
    "prepare": prepare,
    "recognise": recognise,
    "import": import_,
    "again": again,
    "changed": changed,
    "export": export,
    "undo": undo,
}


def main() -> None:
    """`python -m bench.excel_steps FOLDER STEP ROWS`."""
    folder, step, rows = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    url = os.environ.get("BENCH_DATABASE_URL", "")
    app = create_app(
        {
            "DATA_DIR": str(folder / ("data-postgres" if url else "data")),
            "DATABASE_URL": url,
            "TODAY": str(TODAY),
        }
    )
    with app.app_context(), acting_as(SYSTEM):
        STEPS[step](folder, rows)
        db.session.execute(text("SELECT 1"))


if __name__ == "__main__":
    main()
