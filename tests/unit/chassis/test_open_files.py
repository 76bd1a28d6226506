"""A process takes all the open files that it may have."""

from __future__ import annotations

import subprocess
import sys

LOOK = """
import resource
from chassis import open_files
_, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (256, min(hard, 900)))
print(open_files.suffice(400), open_files.take_all(), open_files.suffice(400), open_files.suffice(800))
"""


def test_the_soft_limit_is_raised_to_the_hard_one_and_what_does_not_suffice_is_seen() -> None:
    done = subprocess.run([sys.executable, "-c", LOOK], capture_output=True, text=True, timeout=30)
    assert done.stdout.split() == ["False", "900", "True", "False"], done.stderr
