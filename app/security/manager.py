"""FAB's security manager, taught that posts are the only source of rights."""

from __future__ import annotations

from typing import Any

from flask import g, session
from flask_appbuilder.security.sqla.manager import SecurityManager

from app.clock import today
from app.security.actor import SYSTEM, acting_as
from app.security.queries import actor_of, signed_in
from app.security.roles import resources
from app.security.service import sign_in


class GridSecurityManager(SecurityManager):  # type: ignore[misc]
    """Loads the user with his rights in one SQL, and answers FAB's questions from them."""

    def load_user(self, pk: int) -> Any | None:
        """The user of a session cookie; None once the account's session key has changed or it was disabled."""
        person = signed_in(int(pk))
        if person is None or person.account is None:
            return None
        if "session_key" in session and session["session_key"] != person.account.session_key:
            return None
        return self._dressed(person)

    def load_user_jwt(self, _jwt_header: dict[str, Any], jwt_data: dict[str, Any]) -> Any | None:
        """The user of a token; tokens issued before the last change of password are refused."""
        person = signed_in(int(jwt_data["sub"]))
        if person is None or person.account is None:
            return None
        changed = person.account.password_changed_at
        if changed is not None and jwt_data["iat"] < int(changed.timestamp()):
            return None
        user = self._dressed(person)
        g.user = user
        return user

    @staticmethod
    def _dressed(person: Any) -> Any:
        # As the system: who the caller is, is being found out right here.
        with acting_as(SYSTEM):
            person.user.actor = actor_of(person, today=today())
        g.access_version = person.version
        person.user.account = person.account
        return person.user

    def auth_user_db(self, username: str, password: str) -> Any | None:
        """Serves the sign-in page and the token API alike: counted failures, lock, audit."""
        return sign_in(username, password)

    def has_access(self, permission_name: str, view_name: str) -> bool:
        """FAB's question for `can_x on resource`, answered from live posts."""
        actor = getattr(g.get("user"), "actor", None)
        if actor is None or view_name not in {known.name for known in resources()}:
            return False
        return bool(actor.allows(view_name, permission_name.removeprefix("can_")))

    def is_item_public(self, permission_name: str, view_name: str) -> bool:  # noqa: ARG002
        """Nothing is public."""
        return False

    def get_user_menu_access(self, menu_names: list[str] | None = None) -> set[str]:
        """FAB's own menu is not shown; ours is built in app.frame."""
        return set(menu_names or ())
