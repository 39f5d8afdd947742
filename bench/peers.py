"""The Django peer's list pages beside ours, in turn in one run, when ../shared/peers is there and Django is installed."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

from bench.browser import Browser
from bench.world import FOLDER, application

CLIENT = """
import os, statistics, time, django
django.setup()
from django.test import Client
from django.conf import settings
settings.ALLOWED_HOSTS = ["*"]
c = Client(); assert c.login(username="admin", password="admin")
for name, url in (("page 1", "/admin/djpeer/worker/"), ("page 400", "/admin/djpeer/worker/?p=397"),
                  ("search", "/admin/djpeer/worker/?q=%E5%BB%BA%E5%9B%BD")):
    c.get(url); times = []
    for _ in range(9):
        t = time.process_time(); r = c.get(url); times.append(time.process_time() - t)
        assert r.status_code == 200, (url, r.status_code)
    print(name, statistics.median(times) * 1000)
"""


def run(asked: Any) -> None:
    """Ours and the peer's, alternating."""
    peers = Path(asked.peers)
    python = os.environ.get("PEER_PYTHON", "")
    if not (peers / "djpeer").is_dir() or not python:
        print(
            "The Django peer is left out: set PEER_PYTHON to a Python with ../shared/peers/requirements.txt installed."
        )
        return
    rows = 10_000
    database = FOLDER / "peer.sqlite3"
    env = {**os.environ, "PEER_DB": str(database.resolve()), "DJANGO_SETTINGS_MODULE": "djpeer.settings"}
    if not database.exists():
        database.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run([python, "-m", "djpeer.seed", "--workers", str(rows)], cwd=peers, env=env, check=True)
    browser = Browser(application(rows), "street")
    ours: dict[str, list[float]] = {}
    theirs: dict[str, list[float]] = {}
    for _ in range(3):
        for name, query in (("page 1", ""), ("page 400", "?page=397"), ("search", "?q=建国")):
            ours.setdefault(name, []).append(browser.median("/grid_workers/list/" + query, rounds=9)[2])
        answer = subprocess.run([python, "-c", CLIENT], cwd=peers, env=env, check=True, capture_output=True, text=True)
        for line in answer.stdout.splitlines():
            name, _, value = line.rpartition(" ")
            theirs.setdefault(name, []).append(float(value))
    print(f"| {rows:,} rows, CPU ms | ours | Django admin | ratio |\n|---|---|---|---|")
    for name, times in ours.items():
        mine, other = statistics.median(times), statistics.median(theirs[name])
        print(f"| {name} | {mine:.1f} | {other:.1f} | {other / mine:.1f}× |")
    sys.stdout.flush()
