"""Areas as people write them: codes, names, paths, and names run together."""

from __future__ import annotations

import pytest

from app.fields.refusal import Refused
from app.lowcode.places import AreaFinder
from app.security.actor import SYSTEM, acting_as
from tests.world import GRID, HOME, NEXT_GRID, STREET, build_areas


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
