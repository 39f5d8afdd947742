"""The street of `world`, built for a test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.supervision import world


@pytest.fixture
def street(app: Flask) -> Flask:
    """The app with a ledger of supervision in its street."""
    with app.app_context():
        world.build()
    return app


@pytest.fixture
def inside(street: Flask) -> Iterator[None]:
    """Within the app of that street."""
    with street.app_context():
        yield
