"""How a route says what it needs: `@permitted("areas", "read")`; a test walks the URL map and finds those that do not."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from flask import abort, redirect, request, url_for

from app.security.actor import NOBODY, current_actor

View = TypeVar("View", bound=Callable[..., Any])

MOST_ID = 2**63 - 1
"""The largest id a database can compare with; a larger one in an address names no row."""

FROM_ROUTE = "<register>"
"""Stands for the register named in the address."""


def permitted(resource: str, permission: str) -> Callable[[View], View]:
    """Let only those in who hold `permission` on `resource` anywhere; rows are cut by the wall after that.

    `resource` FROM_ROUTE takes the register from the route's argument `register_name`.
    Without a session the sign-in page follows, with a return address; without the right, 403 in words.
    """

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            actor = current_actor()
            if actor is NOBODY:
                return _sign_in_first()
            name = kwargs["register_name"] if resource == FROM_ROUTE else resource
            if not actor.allows(name, permission):
                abort(403)
            refuse_impossible_ids(kwargs)
            return view(*args, **kwargs)

        guarded._needs = (resource, permission)  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return decorate


def signed_in_only(reason: str) -> Callable[[View], View]:
    """Let any signed-in person in; the reason says why no permission is needed."""

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if current_actor() is NOBODY:
                return _sign_in_first()
            refuse_impossible_ids(kwargs)
            return view(*args, **kwargs)

        guarded._needs = ("signed in", reason)  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return decorate


def open_to_public(reason: str) -> Callable[[View], View]:
    """Let anybody in; the reason says why."""

    def decorate(view: View) -> View:
        view._needs = ("public", reason)  # type: ignore[attr-defined]
        return view

    return decorate


def refuse_impossible_ids(arguments: Mapping[str, Any]) -> None:
    """404 for an address whose number no database can hold, instead of an error deep in the driver."""
    if any(isinstance(value, int) and value > MOST_ID for value in arguments.values()):
        abort(404)


def _sign_in_first() -> Any:
    if request.method != "GET" or request.accept_mimetypes.best == "application/json":
        abort(401)
    return redirect(url_for("SignInView.login", next=request.full_path.rstrip("?")))
