"""What official papers need of the machine: pango for PDF, a Chinese font, and the subsetter that makes them small.

Never a silent skip: as root on Debian and Ubuntu what is missing is installed, else the run says what to install.
"""

from __future__ import annotations

import ctypes.util
import shutil
import subprocess

from tests.infrastructure import debian
from tests.infrastructure.servers import Unusable

PACKAGES = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-cjk fontconfig"


def prepare() -> None:
    """Make sure that papers can be made here; raises Unusable."""
    lacking = missing()
    tried = []
    for package in lacking if debian.can_install() else []:
        tried.append(debian.install(package))
    if still := missing():
        raise Unusable(
            f"the tests of official papers need {', '.join(still)}. Install them (Debian, Ubuntu: apt-get install "
            f"{PACKAGES})" + (f". Tried: {'; '.join(tried)}" if tried else "")
        )


def missing() -> list[str]:
    """The packages that are not there."""
    libraries = {
        "pango-1.0": "libpango-1.0-0",
        "pangoft2-1.0": "libpangoft2-1.0-0",
        "harfbuzz-subset": "libharfbuzz-subset0",
    }
    lacking = [package for name, package in libraries.items() if ctypes.util.find_library(name) is None]
    if not shutil.which("fc-list"):
        lacking.append("fontconfig")
    if not _has_chinese_font():
        lacking.append("fonts-noto-cjk")
    return lacking


def _has_chinese_font() -> bool:
    if not shutil.which("fc-list"):
        return False
    done = subprocess.run(["fc-list", ":lang=zh-cn", "family"], capture_output=True, text=True, timeout=60)
    return bool(done.stdout.strip())
