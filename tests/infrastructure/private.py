"""Private servers for one test run, started from installed binaries: loopback only, random ports, own folders.

Nothing of an installed service is touched: other data, other node name, other port mapper, other cookie.
"""

from __future__ import annotations

import glob
import json
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import typing as t
from pathlib import Path

from tests.infrastructure import keeper as keeper_module
from tests.infrastructure.waiting import wait_until


class MissingBinaries(Exception):
    """The server is not installed on this machine."""


class PrivateServer:
    """One server under a keeper process. ``stop``, ``kill`` and ``start`` let a test take it away and bring it back."""

    def __init__(self, name: str, command: list[str], env: dict[str, str], folder: Path, user: str | None) -> None:
        self.name = name
        self.env = env
        self.folder = folder
        self.ready: t.Callable[[], object] = lambda: True
        stop_signal = "SIGINT" if name == "postgresql" else "SIGTERM"  # SIGINT: PostgreSQL's fast shutdown
        description = {
            "command": command, "env": env, "folder": str(folder), "user": user, "signal": stop_signal,
        }  # fmt: skip
        self._keeper = subprocess.Popen(
            [sys.executable, "-B", keeper_module.__file__, json.dumps(description)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def start(self, timeout: float = 90) -> None:
        self._say("start")
        try:
            wait_until(self.ready, timeout, f"the private {self.name} to accept connections")
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.output()}") from None

    def stop(self) -> None:
        self._say("stop")

    def kill(self) -> None:
        self._say("kill")

    def close(self) -> None:
        """Stop the server and remove its folder."""
        if self._keeper.stdin and not self._keeper.stdin.closed:
            self._keeper.stdin.close()
            self._keeper.wait(40)

    def output(self) -> str:
        """The end of what the server said, for a failing test."""
        log = self.folder / "output.log"
        return log.read_text(errors="replace")[-2000:] if log.exists() else ""

    def _say(self, word: str) -> None:
        assert self._keeper.stdin is not None
        assert self._keeper.stdout is not None
        self._keeper.stdin.write(word + "\n")
        self._keeper.stdin.flush()
        answer = self._keeper.stdout.readline().strip()
        assert answer == word, f"the keeper of {self.name} ended: {answer!r}"


def private_postgres() -> tuple[PrivateServer, str]:
    """Start a PostgreSQL in a temporary folder; returns it and the URL of its database ``postgres``."""
    binaries = _postgres_binaries()
    user = _unprivileged() if os.geteuid() == 0 else None
    folder = _folder("postgres", user)
    env = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "TZ": "UTC"}
    data = folder / "data"
    account: dict[str, t.Any] = {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []} if user else {}
    made = subprocess.run(
        [str(binaries / "initdb"), "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"],
        env=env, cwd=folder, capture_output=True, text=True, **account,
    )  # fmt: skip
    assert made.returncode == 0, f"initdb failed: {made.stderr[-1000:]}"
    port = free_port()
    options = {
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": str(folder),
        "max_connections": "300",
        "fsync": "off",  # the machine does not crash in a test, processes do
        "max_wal_size": "256MB",
    }
    command = [str(binaries / "postgres"), "-D", str(data), "-p", str(port)]
    for name, value in options.items():
        command += ["-c", f"{name}={value}"]
    return PrivateServer("postgresql", command, env, folder, user), (
        f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres"
    )


def private_rabbitmq() -> tuple[PrivateServer, str]:
    """Start a RabbitMQ node of its own with its own port mapper; returns it and its AMQP URL."""
    script = rabbitmq_script()
    folder = _folder("rabbitmq", None)
    node, port, epmd = f"aidbus-{secrets.token_hex(4)}@localhost", free_port(), free_port()
    (folder / "rabbitmq.conf").write_text(
        "loopback_users.guest = true\nlog.console = false\nlog.file.level = warning\ndisk_free_limit.absolute = 50MB\n"
        "vm_memory_high_watermark.relative = 0.5\n"
    )
    (folder / "env.conf").write_text("")
    (folder / "plugins").write_text("[].\n")
    cookie = folder / ".erlang.cookie"
    cookie.write_text(secrets.token_hex(16))
    cookie.chmod(0o400)
    env = {
        "PATH": os.environ.get("PATH", "") + ":/usr/sbin:/usr/bin:/sbin:/bin",
        "LANG": "C.UTF-8",
        "HOME": str(folder),
        "ERL_EPMD_PORT": str(epmd),
        "ERL_EPMD_ADDRESS": "127.0.0.1",
        "RABBITMQ_NODENAME": node,
        "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
        "RABBITMQ_NODE_PORT": str(port),
        "RABBITMQ_DIST_PORT": str(free_port()),
        "RABBITMQ_BASE": str(folder),
        "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"),
        "RABBITMQ_LOG_BASE": str(folder / "log"),
        "RABBITMQ_SCHEMA_DIR": str(folder / "schema"),
        "RABBITMQ_GENERATED_CONFIG_DIR": str(folder / "generated"),
        "RABBITMQ_PID_FILE": str(folder / "pid"),
        "RABBITMQ_CONF_ENV_FILE": str(folder / "env.conf"),
        "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
        "RABBITMQ_ADVANCED_CONFIG_FILE": str(folder / "advanced.config"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "plugins"),
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1} +S 2:2 +sbwt none",
    }
    # The port mapper runs in the same process group, in the foreground, so that it ends with the node. It is started
    # before the node looks for one.
    launch = f'{shutil.which("epmd", path=env["PATH"]) or "epmd"} & sleep 0.3; exec "$0"'
    server = PrivateServer("rabbitmq", ["/bin/sh", "-c", launch, str(script)], env, folder, None)
    return server, f"amqp://guest:guest@127.0.0.1:{port}/%2F"


def free_port() -> int:
    """A port of 127.0.0.1 that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _folder(name: str, owner: str | None) -> Path:
    folder = Path(tempfile.mkdtemp(prefix=f"aidbus-{name}-"))
    if owner:
        os.chown(folder, pwd.getpwnam(owner).pw_uid, pwd.getpwnam(owner).pw_gid)
    return folder


def _unprivileged() -> str:
    """PostgreSQL refuses to run as root: the account to run it as."""
    for name in ("postgres", "nobody"):
        try:
            pwd.getpwnam(name)
        except KeyError:
            continue
        return name
    raise MissingBinaries("PostgreSQL does not run as root, and there is neither a user postgres nor nobody")


def _postgres_binaries() -> Path:
    patterns = (
        "/usr/lib/postgresql/*/bin",
        "/usr/pgsql-*/bin",
        "/opt/homebrew/opt/postgresql*/bin",
        "/usr/local/pgsql/bin",
    )
    folders = sorted((Path(path) for pattern in patterns for path in glob.glob(pattern)), key=_version, reverse=True)
    found = shutil.which("initdb")
    if found:
        folders.append(Path(found).resolve().parent)
    for folder in folders:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise MissingBinaries("PostgreSQL is not installed (no initdb found)")


def _version(folder: Path) -> tuple[int, ...]:
    return tuple(int(digits) for digits in "".join(c if c.isdigit() else " " for c in str(folder)).split()) or (0,)


def rabbitmq_script() -> Path:
    """The server's own start script: Debian's wrapper in /usr/sbin insists on the system account and folders."""
    for candidate in (
        "/usr/lib/rabbitmq/bin/rabbitmq-server",
        *sorted(glob.glob("/usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin/rabbitmq-server"), reverse=True),
        *sorted(glob.glob("/opt/rabbitmq*/sbin/rabbitmq-server"), reverse=True),
        "/opt/homebrew/opt/rabbitmq/sbin/rabbitmq-server",
        shutil.which("rabbitmq-server") or "",
    ):
        if candidate and os.access(candidate, os.X_OK):
            return Path(candidate)
    raise MissingBinaries("RabbitMQ is not installed (no rabbitmq-server found)")
