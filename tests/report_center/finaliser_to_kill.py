"""定稿 of October in a process of its own, which a test kills at any moment; then its files, made by a worker."""

from __future__ import annotations

import contextlib
import sys
import threading

from app.factory import create_app
from app.jobs.worker import run_worker
from app.periods.rules import parse
from app.periods.service import CannotClose
from app.report_center.months.service import finalise
from app.security.actor import SYSTEM, acting_as
from tests.world import STREET, TODAY

if __name__ == "__main__":
    data, keys, url = sys.argv[1:4]
    environment = {"DATA_DIR": data, "KEY_DIR": keys, "DATABASE_URL": url, "TODAY": TODAY.isoformat()}
    app = create_app(environment, JOB_LEASE_SECONDS=1)
    print("ready", flush=True)  # noqa: T201
    # An earlier process may have come to its end before it was killed.
    with app.app_context(), acting_as(SYSTEM), contextlib.suppress(CannotClose):
        finalise(STREET, parse("2026-10"), today=TODAY)
    print("final", flush=True)  # noqa: T201
    run_worker(app, threading.Event())
