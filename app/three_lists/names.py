"""What the district calls its three lists: 资源/需求/项目, 项目/服务/需求 …"""

from __future__ import annotations

from collections.abc import Callable

from flask import has_app_context
from sqlalchemy.exc import SQLAlchemyError

from app.extensions import db
from app.settings.queries import has_profile, profile
from reports.contents.three_lists import ListNames

NOUNS = {"resources": "资源", "needs": "需求", "projects": "项目"}


def title_source(key: str) -> Callable[[], str]:
    """Asks the settings for a list's title; '' where there are none yet, or no database."""
    return lambda: _from_settings(key, is_title=True)


def _from_settings(key: str, *, is_title: bool) -> str:
    if not has_app_context():
        return ""
    try:
        if not has_profile():
            return ""
    except SQLAlchemyError:  # before `init` there are no tables; what there is to list is listed all the same
        db.session.rollback()
        return ""
    return profile().list_title(key) if is_title else profile().list_name(key)


def list_name(key: str) -> str:
    """资源, or 服务 where the district says so."""
    return _from_settings(key, is_title=False) or NOUNS[key]


def list_names() -> ListNames:
    """The three titles for papers."""
    titles = {key: _from_settings(key, is_title=True) or f"{noun}清单" for key, noun in NOUNS.items()}
    return ListNames(titles["resources"], titles["needs"], titles["projects"])
