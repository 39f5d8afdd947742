"""A worker in a process of its own, which a test kills in the middle of an import."""

from __future__ import annotations

import sys
import threading

from app.factory import create_app
from app.jobs.worker import run_worker

if __name__ == "__main__":
    data, keys, url = sys.argv[1:4]
    environment = {"DATA_DIR": data, "KEY_DIR": keys, "DATABASE_URL": url, "TODAY": "2026-11-22"}
    run_worker(create_app(environment, JOB_LEASE_SECONDS=1), threading.Event())
