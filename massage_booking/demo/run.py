"""`make run`: open the studio on this machine and keep it open until Ctrl-C.

Order: keys, port, Redis-protocol server, database and style sheets, then web server, worker and beat as the Procfile
has them. If one of them ends, the others are stopped too and its last words are shown: half a studio helps nobody.
"""

import fcntl
import http.client
import json
import os
import shlex
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, Final

from massage_booking.demo import keys, redis_server
from massage_booking.demo.processes import Child, Family

ROOT: Final = Path(__file__).resolve().parent.parent.parent
FIRST_PORT: Final = 8000
PORTS_TRIED: Final = 100
WEB_SECONDS: Final = 60.0
STOP_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stuck(Exception):
    """The studio cannot be opened; the text says why and what to do."""


class Stopped(BaseException):
    """Somebody asked us to stop."""


def say(text: str = "") -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def listen_for_stop() -> None:
    """Turn Ctrl-C, a closed terminal and a polite kill into `Stopped`, once."""

    def stop(number: int, frame: Any) -> None:
        be_deaf()
        raise Stopped

    for each in STOP_SIGNALS:
        # Under nohup a closed terminal is meant to change nothing.
        if each != signal.SIGHUP or signal.getsignal(each) != signal.SIG_IGN:
            signal.signal(each, stop)


def be_deaf() -> None:
    """Ignore further signals: stopping is under way."""
    for each in STOP_SIGNALS:
        signal.signal(each, signal.SIG_IGN)


def take_lock(var: Path) -> IO[str]:
    """See to it that a folder of data is open once only; the file says where. Raises `Stuck`."""
    lock = (var / "run.lock").open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.seek(0)
        where = lock.read().strip() or "another terminal"
        raise Stuck(f"This studio is already open at {where}. Stop it there with Ctrl-C.") from None
    lock.truncate(0)
    return lock


def open_port(wanted: str) -> socket.socket:
    """Bind the port that is wanted, else 8000 or the next that is free; the web server inherits it. Raises `Stuck`."""
    if wanted and not (wanted.isdigit() and 0 < int(wanted) < 65536):
        raise Stuck(f"PORT={wanted} is not a port number.")
    ports = [int(wanted)] if wanted else range(FIRST_PORT, FIRST_PORT + PORTS_TRIED)
    for port in ports:
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
            listener.listen(2048)
            return listener
        except OSError:
            listener.close()
    raise Stuck(f"Port {wanted} is taken." if wanted else f"Ports {ports[0]} to {ports[-1]} are all taken.")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start_redis(family: Family, folder: Path) -> str:
    """Start a Redis-protocol server of our own; return its URL. Raises `NoServer`.

    Files that this program cannot read (those of another make or version) are put aside: only ticks are in them.
    """
    had_data = folder.exists()
    while True:
        port = free_port()
        log = family.log_of("redis")
        with log.open("wb") as output:
            process = redis_server.start(port=port, folder=folder, log=output, **family.popen_options())
        child = family.adopt("redis", process, log)
        try:
            redis_server.wait_until_up(port=port, process=process)
            return f"redis://127.0.0.1:{port}/0"
        except redis_server.NoServer as error:
            if not (had_data and child.has_ended):
                raise Stuck(f"{error}\n{child.last_lines()}") from None
            family.children.remove(child)
            folder.rename(folder.with_name(f"redis-unreadable-{int(folder.stat().st_mtime)}"))
            had_data = False


def prepare(environment: dict[str, str], family: Family) -> dict[str, Any]:
    """Bring database and style sheets up to date; return whom to sign in as. Raises `Stuck`."""
    command = [sys.executable, "-m", "massage_booking.demo.prepare"]
    process = subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        **family.popen_options(),
    )
    try:
        output, _ = process.communicate()
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait()
    if process.returncode != 0:
        raise Stuck("The studio could not be prepared; the reason stands above.")
    answer: dict[str, Any] = json.loads(output.splitlines()[-1])
    return answer


def procfile() -> dict[str, list[str]]:
    """Return the processes of a studio, name -> command, programs taken from this virtual environment."""
    found = {}
    programs = Path(sys.executable).parent
    for line in (ROOT / "Procfile").read_text().splitlines():
        name, _, command = line.partition(":")
        program, *arguments = shlex.split(command)
        found[name.strip()] = [str(programs / program), *arguments]
    return found


def wait_for_web(port: int, family: Family) -> None:
    """Return when the site answers. Raises `Stuck` when it does not, or another process ended meanwhile."""
    deadline = time.monotonic() + WEB_SECONDS
    answer = ""
    while True:
        fail_if_ended(family)
        with suppress(OSError, http.client.HTTPException):
            line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            line.request("GET", "/health/")
            status = line.getresponse().status
            if status == 200:
                return
            answer = f"answers with an error ({status})"
        if answer or time.monotonic() > deadline:
            web = next(child for child in family.children if child.name == "web")
            answer = answer or "does not answer"
            raise Stuck(f"The web server {answer}. Last lines of {web.log}:\n{web.last_lines()}")
        time.sleep(0.1)


def fail_if_ended(family: Family) -> None:
    child: Child | None = family.ended()
    if child:
        raise Stuck(
            f"“{child.name}” ended by itself (code {child.process.returncode}). "
            f"Last lines of {child.log}:\n{child.last_lines()}"
        )


def tell(url: str, ready: dict[str, Any], var: Path) -> None:
    """Print the address, whom to sign in as, where mails are, how to stop."""
    say()
    say(f"  {ready['studio'] or 'The studio'} is open at  {url}")
    if ready["sign_ins"]:
        say()
        say(f"  Sign in at {url}/accounts/login/code/ without a password: type one of these addresses,")
        say("  then read the code on the mailbox page.")
        say()
        for role, email in ready["sign_ins"]:
            say(f"    {role:<12}{email}")
    if not ready["studio"]:
        say("  No studio yet: open yours with  .venv/bin/python manage.py setup_studio")
    if ready["mailbox"]:
        say()
        say(f"  Mails are not sent but shown at  {url}/mailbox/")
    say()
    say(f"  Data and logs are in {var}. Press Ctrl-C to stop.")
    say()


def serve(environment: dict[str, str], var: Path, lock: IO[str], family: Family) -> None:
    """Open everything and watch over it. Ends by `Stopped` or `Stuck` only."""
    with open_port(environment.get("PORT", "")) as listener:
        port = listener.getsockname()[1]
        url = f"http://127.0.0.1:{port}"
        environment.setdefault("SITE_URL", url)
        lock.write(url)
        lock.flush()
        if not environment.get("REDIS_URL", "").strip():
            environment["REDIS_URL"] = start_redis(family, var / "redis")
        ready = prepare(environment, family)
        commands = procfile()
        inherited = listener.fileno()
        web = commands.pop("web")
        family.start("web", web, env=environment | {"BIND": f"fd://{inherited}"}, pass_fds=[inherited])
    wait_for_web(port, family)
    # After the web server, not beside it: the first page comes sooner.
    for name, command in commands.items():
        family.start(name, command, env=environment)
    tell(url, ready, var)
    while True:
        fail_if_ended(family)
        time.sleep(0.5)


def settings_of_this_run() -> tuple[dict[str, str], Path]:
    """Return the environment that all processes share, and the folder of data."""
    environment = dict(os.environ)
    environment.setdefault("DEBUG", "true")
    environment.setdefault("STATIC_COLLECTED", "true")
    # A look around as a therapist should not begin with setting up an authenticator app.
    environment.setdefault("STAFF_MFA_REQUIRED", "false")
    environment["PYTHONUNBUFFERED"] = "1"
    var = Path(environment.get("VAR_DIR", "").strip() or ROOT / "var").resolve()
    return environment, var


def open_studio() -> int:
    """Open the studio and stay until it is closed; return the exit code."""
    environment, var = settings_of_this_run()
    var.mkdir(parents=True, exist_ok=True, mode=0o700)
    family = Family(var / "log")
    with take_lock(var) as lock:
        try:
            keys.make_missing(var, environment)
            serve(environment, var, lock, family)
        except Stopped:
            say("\nClosing the studio ...")
        finally:
            be_deaf()
            family.stop()
    return 0


def main() -> int:
    os.chdir(ROOT)
    os.umask(0o077)  # what a studio writes is for its owner only
    listen_for_stop()
    try:
        return open_studio()
    except (Stuck, redis_server.NoServer) as stuck:
        say(f"\n{stuck}\n")
        return 1
    except Stopped:
        return 0


if __name__ == "__main__":
    sys.exit(main())
