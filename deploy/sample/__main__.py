"""Load and play the sample from outside, against a platform that runs elsewhere: python -m deploy.sample --url ADDRESS

Keys are made with ``aidbus keys create``, so it needs the platform's settings in the environment, as every ``aidbus``
command does.
"""

from __future__ import annotations

import json
import subprocess
import sys
import typing as t
from pathlib import Path

import click

from chassis import settings
from deploy.sample.client import ApiError, Unfinished
from deploy.sample.play import play


@click.command()
@click.option("--url", default="http://127.0.0.1:8000", show_default=True, help="Where the gateway listens.")
def main(url: str) -> None:
    """Load the sample network and play the golden case."""
    options = settings.load(settings.PlatformSettings)
    folder = Path(options.var)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        play(url, make_key, folder, options)
    except (ApiError, Unfinished, ValueError) as error:
        raise click.ClickException(str(error)) from None


def make_key(
    role: str, organization: str, person: t.Any = None, station: str | None = None, label: str | None = None
) -> str:
    """A key by the command line; raises ValueError with what the command said."""
    command = [
        sys.executable,
        "-m",
        "chassis",
        "keys",
        "create",
        "--json",
        "--role",
        role,
        "--organization",
        organization,
    ]
    for name, value in (("--person", person), ("--station", station), ("--label", label)):
        command += [name, str(value)] if value else []
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise ValueError((done.stderr.strip().splitlines() or ["aidbus keys create failed"])[-1])
    return t.cast(str, json.loads(done.stdout)[0]["key"])


if __name__ == "__main__":
    main()
