"""The community that stories of the three lists begin with."""

from __future__ import annotations

from typing import Any

import pytest

from tests.three_lists.world import Lists, build


@pytest.fixture
def lists(context: Any) -> Lists:
    """Built anew for each test."""
    return build()
