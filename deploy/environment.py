"""Make the virtual environment .venv from a lock, with visible progress, and only when something changed.

Runs on the bare interpreter: standard library only. Packages are installed by uv, which takes seconds where pip takes
a minute, and by pip where uv cannot be had or does not get through. Guarantee: whatever is wrong with the machine is
one clear line that says what to do. Two runs at once wait for each other. Called by the Makefile: environment.py
run|test|bench
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import typing as t
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "aidbus-installed.json"
LOCKS = {"run": "requirements.lock", "test": "requirements-test.lock", "bench": "requirements-bench.lock"}
PIP = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "--no-input"]
UV = "uv==0.13.9"
# How pip is told where packages are -> how uv is, and what it puts between several.
AS_UV = {
    "index-url": ("UV_DEFAULT_INDEX", " "),
    "extra-index-url": ("UV_INDEX", " "),
    "find-links": ("UV_FIND_LINKS", ","),
    "no-index": ("UV_NO_INDEX", " "),
    "trusted-host": ("UV_INSECURE_HOST", " "),
    "cert": ("SSL_CERT_FILE", " "),
    "proxy": ("ALL_PROXY", " "),
}
PIP_SETTING = re.compile(r"[^.]*\.(?P<name>[a-z-]+)='(?P<value>.*)'")
PACKAGE = re.compile(r"(?:Collecting|Requirement already satisfied:) ([A-Za-z0-9_.-]+)")


class Trouble(Exception):
    """What is wrong with the machine, and what to do about it, in one line."""


def main(level: str) -> None:
    """Bring .venv up to ``level``: run, test (run and test) or bench (all)."""
    with _alone():
        _make_venv()
        state = _read_stamp()
        lock, project = _digest(LOCKS[level]), _digest("pyproject.toml")
        if state.get(level) != lock:
            _install_lock(LOCKS[level])
            state[level] = lock
        if state.get("project") != project:
            _say("installing aidbus itself")
            _pip(["--no-build-isolation", "--no-deps", "--editable", str(ROOT)], set())
            state["project"] = project
        _write_stamp(state)


@contextlib.contextmanager
def _alone() -> t.Iterator[None]:
    """One process at a time makes the environment; the others wait and then find it made."""
    try:
        VENV.mkdir(exist_ok=True)
        folder = os.open(ROOT, os.O_RDONLY)
    except OSError as error:
        raise Trouble(f"cannot write to {ROOT}: {error.strerror}. Use a folder of your own.") from None
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        _say("another make is preparing .venv: waiting for it")
        fcntl.flock(folder, fcntl.LOCK_EX)
    try:
        yield
    finally:
        os.close(folder)


def _make_venv() -> None:
    if _venv_works():
        return
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        version = f"{sys.version_info[0]}.{sys.version_info[1]}"
        raise Trouble(f"this Python has no venv module. Install it: apt-get install python{version}-venv") from None
    _say(f"making .venv with Python {sys.version.split()[0]}")
    STAMP.unlink(missing_ok=True)
    base = getattr(sys, "_base_executable", sys.executable)
    done = subprocess.run([base, "-m", "venv", "--clear", str(VENV)], capture_output=True, text=True)
    if done.returncode:
        raise Trouble(f"python -m venv failed: {_last_line(done.stderr or done.stdout)}")


def _venv_works() -> bool:
    """Whether .venv has a Python that fits, with pip, and was made for this folder (a moved one does not work)."""
    check = "import sys, pip; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))"
    script = VENV / "bin" / "pip"
    try:
        here = str(VENV) in script.read_text(encoding="utf-8", errors="replace")
        return here and subprocess.run([str(PYTHON), "-c", check], capture_output=True).returncode == 0
    except OSError:
        return False


def _install_lock(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    packages = {line.split("==")[0] for line in text.splitlines() if "==" in line}
    _say(f"installing {len(packages)} packages from {name}")
    locked = ["--no-deps", "--requirement", str(ROOT / name)]
    if not _uv(locked):
        _say("uv does not get through here: installing with pip, which takes longer")
        _pip(locked, {_normal(package) for package in packages})


def _uv(arguments: list[str]) -> bool:
    """Run uv pip install, which looks for packages where pip would; whether it could."""
    if subprocess.run([*PIP, "install", "--quiet", UV], capture_output=True, cwd=ROOT).returncode:
        return False
    settings = subprocess.run([*PIP, "config", "list"], capture_output=True, text=True, cwd=ROOT).stdout
    command = [str(PYTHON), "-m", "uv", "pip", "install", "--python", str(PYTHON), "--index-strategy=unsafe-best-match"]
    if not sys.stdout.isatty():
        command.append("--quiet")  # else it shows how far it is
    done = subprocess.run([*command, *arguments], cwd=ROOT, env=uv_environment(settings, os.environ))
    return done.returncode == 0


def uv_environment(pip_settings: str, environment: t.Mapping[str, str]) -> dict[str, str]:
    """The environment in which uv finds what pip finds. ``pip_settings`` is what ``pip config list`` prints.

    The environment's settings of pip come before those of its files, and what is set for uv before all.
    """
    found: dict[str, str] = {}
    for line in sorted(pip_settings.splitlines(), key=lambda line: line.startswith(":env:")):
        setting = PIP_SETTING.fullmatch(line.strip())
        if setting and setting["name"] in AS_UV:
            name, between = AS_UV[setting["name"]]
            found[name] = between.join(setting["value"].replace("\\n", " ").split())
    return {**found, **environment}


def _pip(arguments: list[str], packages: t.AbstractSet[str]) -> None:
    """Run pip install and show how far it is; on failure show the end of what it said."""
    command = [*PIP, "install", "--progress-bar=off"]
    seen: set[str] = set()
    tail: list[str] = []
    with subprocess.Popen(
        [*command, *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=ROOT
    ) as pip:
        assert pip.stdout is not None
        for line in pip.stdout:
            tail = [*tail[-14:], line.rstrip()]
            found = PACKAGE.search(line)
            if found and _normal(found[1]) in packages - seen:
                seen.add(_normal(found[1]))
                _progress(len(seen), len(packages), found[1])
            elif packages and line.startswith("Installing collected packages"):
                _progress(len(packages), len(packages), "unpacking")
    if packages and sys.stdout.isatty():
        sys.stdout.write("\n")
    if pip.returncode:
        sys.stderr.write("\n".join(tail) + "\n")
        raise Trouble("pip could not install the packages (see above): is the package index reachable?")


def _progress(done: int, total: int, what: str) -> None:
    """One line that is rewritten on a terminal; every tenth step otherwise."""
    if sys.stdout.isatty():
        sys.stdout.write(f"\r  {done:3}/{total} {what:<40.40}")
    elif done % 10 == 0 or done == total:
        sys.stdout.write(f"  {done:3}/{total} {what}\n")
    sys.stdout.flush()


def _read_stamp() -> dict[str, str]:
    try:
        return t.cast(dict[str, str], json.loads(STAMP.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}


def _write_stamp(state: dict[str, str]) -> None:
    text = json.dumps(state, indent=2, sort_keys=True) + "\n"
    if not STAMP.exists() or STAMP.read_text(encoding="utf-8") != text:
        STAMP.write_text(text, encoding="utf-8")


def _digest(name: str) -> str:
    return hashlib.sha256((ROOT / name).read_bytes()).hexdigest()


def _normal(package: str) -> str:
    return re.sub(r"[-_.]+", "-", package).lower()


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "no reason given"


def _say(text: str) -> None:
    sys.stdout.write(f"aidbus: {text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    try:
        if shutil.disk_usage(ROOT).free < 500 * 1024 * 1024:
            raise Trouble("less than 500 MB of disk are free: the environment needs about that much.")
        os.environ.pop("PYTHONPATH", None)
        main(sys.argv[1])
    except Trouble as trouble:
        sys.exit(f"aidbus: {trouble}")
    except OSError as error:
        sys.exit(f"aidbus: cannot prepare {VENV}: {error.strerror} ({error.filename})")
    except KeyboardInterrupt:
        sys.exit("\naidbus: interrupted; the next make goes on from here")
