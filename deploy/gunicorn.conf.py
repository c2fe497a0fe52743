"""How gunicorn serves the site; the few things that differ from host to host come from the environment."""

import gc
import os
from typing import Any

bind = os.environ.get("BIND", "127.0.0.1:8000")
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
worker_class = "gthread"
threads = int(os.environ.get("WEB_THREADS", "4"))
# The code is read once, before the workers part.
preload_app = True
# Seconds.
timeout = 60
graceful_timeout = 5
# The server in front ends connections anyway; kept open, one worker could be given most of them while others idle.
keepalive = 0
# A worker makes way for a fresh one now and then.
max_requests = 5000
max_requests_jitter = 500
# Signed links are in addresses, so that addresses are not written down.
accesslog = None
errorlog = "-"
loglevel = "warning"
control_socket_disable = True
# A worker's sign of life must not wait for a slow disk.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108 - a folder in memory


def when_ready(server: Any) -> None:
    """Read all views before the workers part too, so that nobody's first page waits for it."""
    from django.urls import get_resolver  # noqa: PLC0415 - Django is set up by now

    get_resolver().url_patterns  # noqa: B018 - read for its effect
    # What was read so far stays: no collection goes through it again, and the workers go on sharing its memory.
    gc.collect()
    gc.freeze()
