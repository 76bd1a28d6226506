"""The command line: run, migrate, look, repair. Services bring commands of their own by the entry point group
``aidbus.commands``; an error that a person can mend is one clear line."""

from __future__ import annotations

import gc  # isort: skip
import signal  # isort: skip

_is_interruptible = signal.getsignal(signal.SIGINT) is signal.default_int_handler
if _is_interruptible:  # while modules load, Ctrl-C ends at once: eventlet swallows it and goes on half patched
    signal.signal(signal.SIGINT, signal.SIG_DFL)
_collects = gc.isenabled()
gc.disable()  # nothing of what is loaded is garbage, and looking for it took a quarter of the time of every command

import chassis.green  # noqa: F401  # isort: skip - before anything that opens a socket

# ruff: noqa: E402
import json
import os
import shlex
import sys
import typing as t
from importlib.metadata import EntryPoint
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table
from sqlalchemy.exc import OperationalError

from chassis import operations, runner, settings
from chassis import policies as policies_module
from chassis.errors import DatabaseAway, ServiceDied, StartError

gc.freeze()
if _collects:
    gc.enable()
if _is_interruptible:
    signal.signal(signal.SIGINT, signal.default_int_handler)

console = Console()
OF_CALLERS = ("AIDBUS_URL", "AIDBUS_API_KEY")  # for commands that go through the HTTP door, such as `import`


class Plugged(click.Group):
    """A group of commands with those that services bring: entry points of the group ``aidbus.commands``, and of
    ``aidbus.commands.keys`` for a group named ``keys``."""

    def _points(self) -> t.Iterator[EntryPoint]:
        group = "aidbus.commands" if isinstance(self, Commands) else f"aidbus.commands.{self.name}"
        return iter(runner.installed(group))

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *(point.name for point in self._points())})

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        found = super().get_command(ctx, name)
        if found:
            return found
        for point in self._points():
            if point.name == name:
                return t.cast(click.Command, point.load())
        return None


class Commands(Plugged):
    """The group of all commands."""

    def main(self, *args: t.Any, **kwargs: t.Any) -> t.Any:
        try:
            return super().main(*args, **kwargs)
        except StartError as error:
            click.echo(f"aidbus: {error}", err=True)
            if os.environ.get("AIDBUS_SUPERVISED") == "true" and not isinstance(error, ServiceDied):
                sys.exit(runner.CANNOT_START)
        except DatabaseAway as error:
            click.echo(f"aidbus: the database does not answer ({error}); see `aidbus doctor`", err=True)
        except OperationalError as error:
            click.echo(f"aidbus: the database cannot be used ({type(error).__name__}); see `aidbus doctor`", err=True)
        except OSError as error:
            if error.filename is None:  # not of a file that a person named
                raise
            click.echo(f"aidbus: {error.filename}: {error.strerror}", err=True)
        sys.exit(1)


as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def show(rows: list[dict[str, t.Any]], as_json: bool, title: str = "") -> None:
    """Print rows as a table or as JSON."""
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2, default=str))
        return
    if not rows:
        console.print("(none)")
        return
    table = Table(title=title or None)
    for name in rows[0]:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*["" if value is None else str(value) for value in row.values()])
    console.print(table)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """aidbus: the platform of a city's legal-aid network."""


@main.command()
@click.option("--sample/--no-sample", default=False, help="Load the sample network and play the golden case.")
@click.option("--organizations", "patterns", default=None, help="Names or patterns, comma separated.")
def up(sample: bool, patterns: str | None) -> None:
    """Run gateway and all services in this one process, databases migrated."""
    environ = _environ(patterns)
    options = settings.load(settings.PlatformSettings, environ)
    operations.check_folder(options)
    names = operations.all_services()
    gateway: t.Any = _options_of(names, environ)["gateway"]
    with operations.folder_alone(options):
        operations.check_port(gateway.host, gateway.port)
        for name in names:
            operations.migrate(name, environ)
            operations.check_keys(name, environ)
        if "AIDBUS_LOG_LEVEL" not in environ:
            environ["AIDBUS_LOG_LEVEL"] = "WARNING"
        if "AIDBUS_LOG_FORMAT" not in environ:
            environ["AIDBUS_LOG_FORMAT"] = "console"
        runner.run(names, environ, started=lambda running: _play(running, sample, gateway, options))


def _play(running: runner.Running, sample: bool, gateway: t.Any, options: settings.PlatformSettings) -> None:
    host = f"[{gateway.host}]" if ":" in gateway.host else gateway.host
    url = f"http://{host}:{gateway.port}"
    if not sample:
        console.print(f"aidbus is up: {url}  (Ctrl-C stops it)")
        return
    try:
        for point in runner.installed("aidbus.samples"):
            make_key = operations.key_maker(running.process.platforms["gateway"])
            point.load()(url, make_key, Path(options.var), options)
    except Exception as error:
        if os.environ.get("AIDBUS_LOG_LEVEL") == "DEBUG":
            raise
        console.print(f"[red]The sample could not be played: {type(error).__name__}: {error}[/red]")


@main.command(context_settings={"ignore_unknown_options": False})
@click.argument("services", nargs=-1, required=True)
@click.option("--organizations", "patterns", default=None, help="Names or patterns, comma separated; all if absent.")
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Processes.")
def serve(services: tuple[str, ...], patterns: str | None, workers: int) -> None:
    """Run SERVICE... for all or some organizations."""
    environ = _environ(patterns)
    _options_of(services, environ)
    for name in services:
        operations.check_migrated(name, environ)
        operations.check_keys(name, environ)
    options = settings.load(settings.PlatformSettings, environ)
    operations.check_bus(services, options, workers)
    if workers > 1:
        arguments = ["serve", *services, *(["--organizations", patterns] if patterns is not None else [])]
        sys.exit(runner.supervise(arguments, workers))
    with operations.folder_alone(options):
        runner.run(services, environ)


@main.command()
@click.argument("services", nargs=-1)
@as_json
def migrate(services: tuple[str, ...], as_json: bool) -> None:
    """Bring databases to the newest revision (PostgreSQL databases are made if they are missing)."""
    environ = _environ(None)
    rows = [
        {"service": name, "revision": operations.migrate(name, environ)}
        for name in services or operations.all_services()
    ]
    show(rows, as_json)


@main.group(name="settings")
def settings_group() -> None:
    """The options of this installation."""


@settings_group.command(name="check")
@as_json
def settings_check(as_json: bool) -> None:
    """Check and list every option; secrets stay hidden."""
    rows: dict[str, dict[str, t.Any]] = {}
    for found in _options_of(operations.all_services(), dict(os.environ)).values():
        for row in settings.describe(found):
            rows.setdefault(row["variable"], row)
    unknown = sorted(key for key in os.environ if key.startswith(settings.PREFIX) and key not in rows)
    unknown = [key for key in unknown if key not in OF_CALLERS and not key.startswith("AIDBUS_TEST_")]
    show(list(rows.values()), as_json)
    if unknown:
        raise StartError(f"settings: unknown {', '.join(unknown)}")


@main.command()
@as_json
def queues(as_json: bool) -> None:
    """Backlog and age of the oldest, by service and organization."""
    show(operations.queues(os.environ), as_json)


@main.group(name="dead-letters")
def dead_letters() -> None:
    """Messages that could not be handled."""


@dead_letters.command(name="list")
@click.option("--service", default=None)
@click.option("--organization", default=None)
@click.option("--limit", default=200, show_default=True, type=click.IntRange(1), help="Of each service, oldest first.")
@as_json
def dead_letters_list(service: str | None, organization: str | None, limit: int, as_json: bool) -> None:
    """The letters that wait for a decision; `aidbus queues` counts them all."""
    show(operations.list_dead_letters(os.environ, service, organization, limit), as_json)


@dead_letters.command(name="show")
@click.argument("letter", type=click.UUID)
@click.option("--with-content", is_flag=True, help="Show the message's content too: it may hold personal data.")
@as_json
def dead_letters_show(letter: t.Any, with_content: bool, as_json: bool) -> None:
    """One letter: what, when, why."""
    show([operations.show_dead_letter(os.environ, letter, with_content)], as_json)


@dead_letters.command(name="replay")
@click.argument("letter")
@click.option("--service", default=None, help="With `all`: of this service only.")
@as_json
def dead_letters_replay(letter: str, service: str | None, as_json: bool) -> None:
    """Send LETTER (or `all`) to its mailbox again."""
    show(operations.replay_dead_letters(os.environ, letter, service), as_json)


@dead_letters.command(name="discard")
@click.argument("letter", type=click.UUID)
@click.confirmation_option(prompt="Give this message up?")
def dead_letters_discard(letter: t.Any) -> None:
    """Give LETTER up; that it came stays on record, its content does not."""
    operations.discard_dead_letter(os.environ, letter)
    click.echo("discarded")


@main.group()
def policies() -> None:
    """The limits of the mailboxes, as a policy of RabbitMQ."""


@policies.command(name="show")
@as_json
def policies_show(as_json: bool) -> None:
    """The command line that sets the policy; as JSON the definition itself."""
    wanted = operations.policy(os.environ)
    if as_json:
        click.echo(json.dumps({"policies": [wanted]}, indent=2))
        return
    click.echo(shlex.join(policies_module.command(wanted)))


@policies.command(name="apply")
def policies_apply() -> None:
    """Set the policy with the rabbitmqctl of this machine."""
    wanted = operations.policy(os.environ)
    policies_module.apply(wanted)
    click.echo(f"set {wanted['name']} in the virtual host {wanted['vhost']}")


@main.command()
@as_json
def doctor(as_json: bool) -> None:
    """What is reachable, what is misconfigured, what to do; exit status 1 when something must be done."""
    rows = operations.diagnose(os.environ)
    show(rows, as_json)
    if any(row["state"] == "wrong" for row in rows):
        sys.exit(1)


def _options_of(names: t.Iterable[str], environ: dict[str, str]) -> dict[str, settings.PlatformSettings]:
    """The options of services, checked before anything starts; raises StartError."""
    return {name: settings.load(runner.load_service(name).platform.kind, environ) for name in names}


def _environ(patterns: str | None) -> dict[str, str]:
    environ = dict(os.environ)
    if patterns is not None:  # an empty one, such as of a variable that is not set, is refused and not taken for all
        environ["AIDBUS_ORGANIZATIONS"] = patterns
    return environ
