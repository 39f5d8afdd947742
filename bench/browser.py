"""A browser without a browser: prepared requests straight into the application, so that little but it is measured."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from sqlalchemy import event
from werkzeug.test import EnvironBuilder

from app.extensions import db
from bench.world import PASSWORD


class Browser:
    """Signed in as one account."""

    def __init__(self, app: Flask, user: str) -> None:
        self.app = app
        client = app.test_client()
        answer = client.post("/login/", data={"username": user, "password": PASSWORD})
        assert answer.status_code == 302, answer.status_code
        cookie = client.get_cookie("session")
        assert cookie is not None
        self.cookie = f"session={cookie.value}"
        self.get("/")  # the first page puts more into the session; a browser sends that back

    def get(self, path: str) -> tuple[int, bytes, float]:
        """Status, body and CPU seconds of one GET."""
        environ = EnvironBuilder(path=path, headers={"Cookie": self.cookie}).get_environ()
        status: list[str] = []

        def start_response(line: str, headers: Any, _info: Any = None) -> Any:
            status.append(line)
            for key, value in headers:
                if key == "Set-Cookie" and value.startswith("session="):
                    self.cookie = value.partition(";")[0]
            return lambda _data: None

        begin = time.process_time()
        body = b"".join(self.app.wsgi_app(environ, start_response))
        return int(status[0][:3]), body, time.process_time() - begin

    def median(self, path: str, *, rounds: int = 15) -> tuple[int, int, float, float]:
        """Status, size, median and worst CPU milliseconds, after two requests to warm up."""
        for _ in range(2):
            code, body, _seconds = self.get(path)
        gc.collect()
        times = [self.get(path)[2] * 1000 for _ in range(rounds)]
        return code, len(body), statistics.median(times), max(times)


@contextmanager
def counted_sql(app: Flask) -> Iterator[list[str]]:
    """The statements sent within the block, without BEGIN and COMMIT."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("BEGIN", "COMMIT", "ROLLBACK")):
            seen.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)
