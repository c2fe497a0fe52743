"""Make the virtual environment that everything runs in: `environment.py [run|dev|test|bench]`, on any Python 3.

Runs on the machine's own Python before anything is installed, so it is a plain script of the standard library and is
written in words that old Pythons can read, if only to be told politely that they are too old.
"""

import hashlib
import os
import shutil
import subprocess
import sys

LEAST = (3, 11)
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
FOLDER = os.path.join(ROOT, ".venv")
FILES = {"run": ["requirements.txt"], "dev": ["requirements.txt", "requirements-dev.txt"]}
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


class Stuck(Exception):
    """What is missing, and what to do about it."""


def say(text):
    print(text, flush=True)


def new_enough(python, needs="sys"):
    """Say whether a Python is one that we can use, and has a module."""
    code = "import {}, sys; sys.exit(sys.version_info[:2] < {!r})".format(needs, LEAST)
    return subprocess.call([python, "-c", code], stderr=subprocess.DEVNULL) == 0


def find_python():
    """Return a Python that is new enough: the one that runs this, else a newer one by name."""
    if sys.version_info[:2] >= LEAST:
        return sys.executable
    for minor in range(19, LEAST[1] - 1, -1):
        python = shutil.which("python3.{}".format(minor))
        if python and new_enough(python):
            return python
    raise Stuck("Python 3.11 or newer is needed; {} is {}.{}.".format(sys.executable, *sys.version_info[:2]))


def apt_get(*packages):
    """Install packages of the system; say whether that went well."""
    if not shutil.which("apt-get"):
        return False
    command = ["apt-get", "install", "-y", "-q", "--no-install-recommends"] + list(packages)
    before = ["apt-get", "update", "-q"]
    if os.geteuid() != 0:
        if not shutil.which("sudo"):
            return False
        # Never wait for a password where nobody can type one.
        prefix = ["sudo"] if sys.stdin.isatty() else ["sudo", "-n"]
        command, before = prefix + command, prefix + before
    say("Installing {} (apt-get) ...".format(" ".join(packages)))
    quiet = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    log = subprocess.DEVNULL
    if subprocess.call(command, env=quiet, stdout=log) == 0:
        return True
    return subprocess.call(before, env=quiet, stdout=log) == 0 and subprocess.call(command, env=quiet, stdout=log) == 0


def make_folder(python):
    """Make the virtual environment, on Debian with the package that it keeps apart."""
    say("Making the virtual environment .venv ...")
    command = [python, "-m", "venv", "--clear", FOLDER]
    if subprocess.call(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0:
        return
    name = subprocess.check_output([python, "-c", "import sys; print('python%d.%d-venv' % sys.version_info[:2])"])
    package = name.decode().strip()
    if apt_get(package) and subprocess.call(command) == 0:
        return
    shutil.rmtree(FOLDER, ignore_errors=True)
    raise Stuck("The virtual environment could not be made. Install {} and try again.".format(package))


def stamp_of(kind, python):
    """Say in one word what an up-to-date environment of this kind was made from."""
    digest = hashlib.sha256(python.encode())
    for name in FILES[kind]:
        with open(os.path.join(ROOT, name), "rb") as file:
            digest.update(file.read())
    return digest.hexdigest()


def is_current(kind, stamp):
    try:
        with open(os.path.join(FOLDER, kind + ".stamp")) as file:
            return file.read() == stamp
    except OSError:
        return False


def install(kind):
    """Bring the environment up to date; quick when nothing has changed."""
    inside = os.path.join(FOLDER, "bin", "python")
    python = find_python()
    # The path too: an environment that was moved or copied no longer works.
    stamp = stamp_of(kind, inside)
    whole = os.path.exists(inside) and new_enough(inside)
    if whole and is_current(kind, stamp):
        return
    # Making it may have been broken off half-way, before pip was in.
    if not (whole and new_enough(inside, needs="pip")):
        make_folder(python)
    say("Installing what {} lists ...".format(FILES[kind][-1]))
    pip = [inside, "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--no-input"]
    if subprocess.call(pip + ["-r", os.path.join(ROOT, FILES[kind][-1])]) != 0:
        raise Stuck("pip could not install the packages; its message is above.")
    for each in ("run", "dev") if kind == "dev" else ("run",):
        with open(os.path.join(FOLDER, each + ".stamp"), "w") as file:
            file.write(stamp_of(each, inside))


def find_browser():
    """See to it that there is a Chromium for the browser tests."""
    if any(shutil.which(name) for name in BROWSERS):
        return
    if apt_get("chromium") and shutil.which("chromium"):
        return
    raise Stuck(
        "The browser tests need Chromium and it could not be installed. "
        "Install it by hand (Debian: apt-get install chromium) and try again."
    )


def find_wrk():
    """See to it that there is wrk, which asks a server as fast as it can answer."""
    if shutil.which("wrk") or (apt_get("wrk") and shutil.which("wrk")):
        return
    raise Stuck("The figures over HTTP need wrk. Install it by hand (Debian: apt-get install wrk) and try again.")


def main(arguments):
    kind = arguments[0] if arguments else "run"
    try:
        install("dev" if kind in ("test", "bench") else kind)
        if kind == "test":
            find_browser()
        if kind == "bench":
            find_wrk()
    except Stuck as stuck:
        say("\n{}".format(stuck))
        return 1
    except KeyboardInterrupt:
        say("\nStopped; the next start goes on from here.")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
