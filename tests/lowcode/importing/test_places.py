"""Areas as people write them: codes, names, paths, and names run together."""

from __future__ import annotations

import pytest

from app.fields.refusal import Refused
from app.lowcode.places import AreaFinder
from app.security.actor import SYSTEM, acting_as
from tests.world import GRID, HOME, NEXT_DOOR, NEXT_GRID, STREET, add_user, build_areas


@pytest.mark.usefixtures("context")
def test_names_run_together_are_a_path() -> None:
    build_areas()
    with acting_as(SYSTEM):
        finder = AreaFinder(STREET)
        assert finder.read("桂花社区第一网格") == GRID
        assert finder.read("清溪街道银杏社区第一网格") == NEXT_GRID
        assert finder.read("桂花社区/第一网格") == GRID
        assert finder.read("桂花") == HOME
        for unclear in ("第一网格", "桂花社区第九网格区"):
            with pytest.raises(Refused):
                finder.read(unclear)
        assert AreaFinder(HOME).read("第一网格") == GRID


@pytest.mark.usefixtures("context")
def test_the_path_that_exports_write_is_read() -> None:
    build_areas()
    with acting_as(SYSTEM):
        for within in (HOME, STREET):
            finder = AreaFinder(within)
            assert finder.read("桂花社区 第一网格") == GRID
            assert finder.label(GRID) == "桂花社区 第一网格"


@pytest.mark.usefixtures("context")
def test_a_neighbours_name_is_known_only_to_be_the_neighbours() -> None:
    build_areas()
    with acting_as(add_user("clerk", "community_clerk", HOME)):
        finder = AreaFinder(HOME)
        with pytest.raises(Refused, match="不在您负责的范围内"):
            finder.read("银杏社区第一网格")
        assert finder.elsewhere("银杏社区网格员花名册", HOME) == NEXT_DOOR
        assert finder.elsewhere("第一网格", HOME) is None
        assert finder.elsewhere("清溪街道桂花社区花名册", HOME) is None
        assert not finder.sees(NEXT_DOOR)


@pytest.mark.usefixtures("context")
def test_grids_are_numbered_in_figures_too() -> None:
    build_areas()
    with acting_as(SYSTEM):
        finder = AreaFinder(HOME)
        assert {finder.read(text) for text in ("第1网格", "1网格", "网格1", "一网格", "桂花社区第1网格")} == {GRID}
        assert finder.knows("桂花社区第1网格")
        assert not finder.knows("1")
