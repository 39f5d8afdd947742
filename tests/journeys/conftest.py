"""A real server on a demonstration street, and a real browser in front of it; built once for all stories."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.street import ROOT, TODAY, Street

REFUSED = "the server responded with a status of 422"


@dataclass(frozen=True)
class Server:
    """Where it listens, and the passwords it wrote down."""

    address: str
    passwords: dict[str, str]


@contextmanager
def served(folder: Path, today: str, passwords: dict[str, str]) -> Iterator[Server]:
    """`run.py` on a folder and a day, as a clerk's own machine would run it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "DATA_DIR": str(folder), "PORT": str(port), "TODAY": today, "HOME": str(folder)}
    log = (folder / "server.log").open("a")
    process = subprocess.Popen([sys.executable, "run.py"], cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        _wait(f"http://127.0.0.1:{port}/healthz")
        yield Server(f"http://127.0.0.1:{port}", passwords)
    finally:
        process.terminate()
        process.wait(timeout=20)
        log.close()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory, demo_street: Street) -> Iterator[Server]:
    """The invented street on its last day."""
    folder = tmp_path_factory.mktemp("street")
    shutil.copytree(demo_street.folder, folder, dirs_exist_ok=True)
    with served(folder, TODAY, demo_street.passwords) as running:
        yield running


def _wait(address: str) -> None:
    for _ in range(120):
        try:
            with urllib.request.urlopen(address, timeout=2):  # noqa: S310 - our own server
                return
        except OSError:
            time.sleep(0.5)
    raise AssertionError("The server did not start.")


@pytest.fixture
def sign_in(server: Server, chromium: Any) -> Iterator[Callable[[str], Any]]:
    """`sign_in("community_secretary")` → a page of that person; scripts and styles must load without complaint."""
    contexts = []
    complaints: list[str] = []
    opened: set[str] = set()

    def open_page(user: str) -> Any:
        context = chromium.new_context(viewport={"width": 1366, "height": 768}, base_url=server.address)
        context.set_default_timeout(60_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: said.type in ("error", "warning") and complaints.append(_words(said)))
        page.on("response", lambda answer: answer.request.is_navigation_request() and opened.add(answer.url))
        page.on("request", lambda request: request.url.startswith(server.address) or complaints.append(request.url))
        page.goto("/login/")
        page.fill("[name=username]", user)
        page.fill("[name=password]", server.passwords[user])
        page.press("[name=password]", "Enter")
        page.wait_for_url("**/")
        return page

    yield open_page
    for context in contexts:
        context.close()
    # A page that refuses a form answers 422; whether the browser calls that a failed resource depends on the moment.
    assert [words for words in complaints if words not in {f"{REFUSED} {address}" for address in opened}] == []


def _words(said: Any) -> str:
    address = said.location["url"]
    return f"{REFUSED} {address}" if REFUSED in said.text else f"{said.text} {address}"
