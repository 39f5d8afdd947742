"""Accounts, posts and audit entries as rows behind a figure."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from app.accounts import audit_pages, audit_queries, pages, queries
from app.clock import today
from app.extensions import db
from app.lowcode.figure_rows import RowTable, describe_rows
from app.security.models import Post


def _accounts(ids: Sequence[int]) -> RowTable:
    found = queries.accounts_by_id(ids, today=today())
    rows = tuple(found[id_] for id_ in ids if id_ in found)
    return RowTable(pages.heads(), pages.account_rows(rows, today=today()))


def _posts(ids: Sequence[int]) -> RowTable:
    owners = dict(db.session.execute(select(Post.id, Post.user_id).where(Post.id.in_(list(ids)))).all())
    found = queries.accounts_by_id(set(owners.values()), today=today())
    # One line for each post: an account that loses two posts stands there twice.
    rows = tuple(found[owners[id_]] for id_ in ids if id_ in owners and owners[id_] in found)
    return RowTable(pages.heads(), pages.account_rows(rows, today=today()))


def _entries(ids: Sequence[int]) -> RowTable:
    found = audit_queries.entries_by_id(ids)
    return RowTable(audit_pages.heads(), audit_pages.entry_rows([found[id_] for id_ in ids if id_ in found]))


def install() -> None:
    """Say how these rows are shown."""
    describe_rows("accounts", _accounts)
    describe_rows("posts", _posts)
    describe_rows("audit", _entries)
