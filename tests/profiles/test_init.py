"""Building districts: published figures, the same result twice, and what is refused."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.areas import service as areas
from app.areas.models import Area
from app.areas.queries import grid_counts, level_counts, outside_bounds, without_responsible
from app.database.transactions import writing
from app.extensions import db
from app.profiles import demo
from app.profiles.demo import DemoContext, Step, register_demo
from app.profiles.files import FIXTURES, known_keys, read_file
from app.profiles.layout import planned_areas, shares
from app.profiles.service import init, load_demo
from app.security.actor import SYSTEM, acting_as
from app.settings.profile import ProfileRefused
from app.settings.queries import has_profile, profile
from tests.world import TODAY

DIVISIONS = FIXTURES / "divisions"


def _count() -> int:
    with acting_as(SYSTEM):
        return db.session.execute(select(func.count()).select_from(Area)).scalar_one()


@pytest.mark.usefixtures("context")
def test_qianan_has_160_grids_in_four_sizes() -> None:
    result = init("qianan", today=TODAY)
    assert result.levels == {"district": 1, "street": 3, "community": 7, "grid": 150}
    with acting_as(SYSTEM):
        by_size: Counter[str | None] = Counter()
        for (_, size), number in grid_counts("220723", today=TODAY).items():
            by_size[size] += number
    assert by_size == {"large": 3, "middle": 7, "small": 122, "micro": 28}
    assert sum(by_size.values()) == 160
    with acting_as(SYSTEM):
        small = db.session.execute(
            select(Area.parent_code, func.count()).where(Area.size == "small").group_by(Area.parent_code)
        ).all()
    assert sorted((number for _, number in small), reverse=True) == [18, 18, 18, 17, 17, 17, 17]


@pytest.mark.usefixtures("context")
def test_hongqiao_has_its_114_real_communities_and_992_grids() -> None:
    result = init("hongqiao", today=TODAY)
    assert result.levels == {"district": 1, "street": 9, "community": 114, "grid": 992}
    with (DIVISIONS / "120106.csv").open(encoding="utf-8", newline="") as file:
        published = {row["code"] for row in csv.DictReader(file)}
    with acting_as(SYSTEM):
        codes = set(db.session.execute(select(Area.code).where(Area.level != "grid")).scalars())
        names = dict(db.session.execute(select(Area.code, Area.name).where(Area.level == "community")).all())
    assert codes == published
    assert names["120106001002"] == "增产里社区"
    assert not any("居委会" in name for name in names.values())


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("fengqiao", {"street": 1, "community": 10, "grid": 67}),
        ("xifeng", {"district": 1, "street": 3, "community": 22, "grid": 234}),
        ("gulou", {"district": 1, "street": 8, "community": 68, "estate": 136, "grid": 410}),
        ("demo", {"street": 1, "community": 6, "grid": 27}),
    ],
)
def test_the_other_profiles_stand(key: str, expected: dict[str, int], sqlite_context: object) -> None:
    assert init(key, today=TODAY).levels == expected


@pytest.mark.parametrize("key", known_keys())
def test_plans_are_sound(key: str) -> None:
    file = read_file(key)
    planned = planned_areas(file)
    codes = [area.code for area in planned]
    assert len(set(codes)) == len(codes)
    made = set()
    for area in planned:
        assert area.code == file.profile.top_code or area.parent_code in made
        assert area.parent_code is None or area.code.startswith(area.parent_code)
        made.add(area.code)
    siblings = Counter((area.parent_code, area.name) for area in planned)
    assert max(siblings.values()) == 1


def test_fengqiao_has_the_grids_of_its_article() -> None:
    kinds = Counter(area.kind for area in planned_areas(read_file("fengqiao")))
    assert (kinds["commercial"], kinds["enterprise"]) == (3, 24)


def test_special_grids_are_numbered_from_501() -> None:
    for area in planned_areas(read_file("fengqiao")):
        if area.level == "grid":
            assert (int(area.code[-3:]) >= 501) == (area.kind != "basic")


@pytest.mark.parametrize(
    ("rule", "expected"), [({"total": 8}, [3, 3, 2]), ({"each": 4}, [4, 4, 4]), ({"total": 0}, [0, 0, 0])]
)
def test_shares(rule: dict[str, int], expected: list[int]) -> None:
    assert shares(rule, 3) == expected


@pytest.mark.usefixtures("context")
def test_init_twice_changes_nothing_and_keeps_what_the_office_did() -> None:
    first = init("demo", today=TODAY)
    assert (first.is_first, first.created, first.settings_changed) == (True, 34, True)
    with acting_as(SYSTEM):
        areas.rename_area("990101001001", "金桂社区", on=TODAY)
        areas.close_area("990101001002001", on=TODAY, document="试字〔2026〕1号")
    again = init("demo", today=TODAY)
    assert (again.is_first, again.created, again.found, again.settings_changed) == (False, 0, 34, False)
    assert again.levels["grid"] == 26
    with acting_as(SYSTEM):
        assert db.session.execute(select(Area.name).where(Area.code == "990101001001")).scalar() == "金桂社区"


@pytest.mark.usefixtures("context")
def test_init_again_adds_a_node_the_profile_gained() -> None:
    init("demo", today=TODAY)
    with acting_as(SYSTEM), writing() as session:
        session.delete(session.execute(select(Area).where(Area.code == "990101001006004")).scalar_one())
    again = init("demo", today=TODAY)
    assert again.created == 1


@pytest.mark.usefixtures("context")
def test_a_second_profile_is_refused_and_writes_nothing() -> None:
    init("demo", today=TODAY)
    before = _count()
    with pytest.raises(ProfileRefused, match=r"清溪街道.*红桥区.*DATA_DIR"):
        init("hongqiao", today=TODAY)
    assert _count() == before
    assert profile().key == "demo"


@pytest.mark.usefixtures("context")
@pytest.mark.parametrize("key", ["nowhere", "", "../demo", "清溪", "DEMO", "a" * 300])
def test_an_unknown_profile_is_refused_in_one_sentence(key: str) -> None:
    with pytest.raises(ProfileRefused) as refused:
        init(key, today=TODAY)
    assert "qianan" in str(refused.value)
    assert "\n" not in str(refused.value)
    assert _count() == 0
    assert not has_profile()


def test_a_broken_file_is_refused_in_words(tmp_path: Path) -> None:
    folder = tmp_path / "profiles"
    folder.mkdir()
    (folder / "broken.yaml").write_text("key: [", encoding="utf-8")
    (folder / "other.yaml").write_text("key: another", encoding="utf-8")
    (folder / "bytes.yaml").write_bytes(b"\xff\xfe\x00k")
    for key in ("broken", "other", "bytes"):
        with pytest.raises(ProfileRefused, match=key):
            read_file(key, tmp_path)


@pytest.fixture
def own_steps(monkeypatch: pytest.MonkeyPatch) -> dict[str, Step]:
    """Only the areas' own step, whatever other rooms have registered; more may be added for the length of a test."""
    alone = {"areas": demo._STEPS["areas"]}
    monkeypatch.setattr(demo, "_STEPS", alone)
    return alone


@pytest.fixture
def counted_step(own_steps: dict[str, Step]) -> list[DemoContext]:
    ran: list[DemoContext] = []
    register_demo(Step("counted", 900, ran.append))
    return ran


@pytest.mark.usefixtures("context")
def test_demo_runs_each_step_once_and_fills_the_tree(counted_step: list[DemoContext]) -> None:
    init("demo", today=TODAY)
    assert load_demo(today=TODAY) == ("areas", "counted")
    assert counted_step[0].today == TODAY
    assert len(counted_step[0].areas_of("grid")) == 27
    with acting_as(SYSTEM):
        before = db.session.execute(select(Area.code, Area.responsible_name, Area.household_count)).all()
        street = db.session.execute(select(Area.household_count).where(Area.code == "990101001")).scalar()
        grids = db.session.execute(select(func.sum(Area.household_count)).where(Area.level == "grid")).scalar()
    assert street == grids > 5_000
    assert load_demo(today=TODAY) == ()
    assert len(counted_step) == 1
    with acting_as(SYSTEM):
        assert db.session.execute(select(Area.code, Area.responsible_name, Area.household_count)).all() == before


@pytest.mark.usefixtures("sqlite_context", "own_steps")
def test_a_large_demo_leaves_some_nodes_unanswered_and_some_grids_out_of_bounds() -> None:
    init("hongqiao", today=TODAY)
    load_demo(today=TODAY)
    with acting_as(SYSTEM):
        unanswered = without_responsible("120106", today=TODAY, limit=1000)
        outside = outside_bounds("120106", today=TODAY, limit=1000)
        assert level_counts("120106", today=TODAY)["grid"] == 992
    assert 0 < len(unanswered) < 60
    assert 0 < len(outside) < 200
    assert all("少于 200 户" in why for _, why in outside)


@pytest.mark.usefixtures("sqlite_context", "own_steps")
def test_a_step_that_fails_leaves_nothing_and_runs_again() -> None:
    init("demo", today=TODAY)
    tries: list[int] = []

    def fails_once(context: DemoContext) -> None:
        db.session.execute(select(Area).where(Area.code == "990101001")).scalar_one().name = "半途"
        tries.append(1)
        if len(tries) == 1:
            raise OSError("disk full")

    register_demo(Step("fails", 1, fails_once))
    with pytest.raises(OSError, match="disk full"):
        load_demo(today=TODAY)
    with acting_as(SYSTEM):
        assert db.session.execute(select(Area.name).where(Area.code == "990101001")).scalar() == "清溪街道"
    assert load_demo(today=TODAY) == ("fails",)
