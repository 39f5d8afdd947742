"""The first page."""

from __future__ import annotations

from flask import Flask
from flask_appbuilder import AppBuilder, BaseView, expose


class HomeView(BaseView):  # type: ignore[misc]
    """The page behind /."""

    route_base = ""
    default_view = "index"

    @expose("/")
    def index(self) -> str:
        return "ok"


def install(app: Flask, appbuilder: AppBuilder) -> None:
    """Nothing beyond the index view, which FAB installs from the setting FAB_INDEX_VIEW."""
