"""Install server packages on Debian and Ubuntu as root, without starting their services."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

POLICY = Path("/usr/sbin/policy-rc.d")


def can_install() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def install(package: str) -> str:
    """Install one package; returns what happened, in one line. A policy keeps its service from being started."""
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    options = ["-o", "DPkg::Lock::Timeout=300", "-y", "--no-install-recommends"]
    ours = not POLICY.exists()
    if ours:
        POLICY.write_text("#!/bin/sh\nexit 101\n")
        POLICY.chmod(0o755)
    try:
        for command in (["apt-get", "update"], ["apt-get", "install", *options, package]):
            done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=600)
            if done.returncode:
                lines = (done.stderr or done.stdout).strip().splitlines()
                return f"{' '.join(command)} failed: {lines[-1] if lines else done.returncode}"
    finally:
        if ours:
            POLICY.unlink(missing_ok=True)
    return f"apt-get installed {package}"
