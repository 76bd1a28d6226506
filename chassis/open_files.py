"""How many files and sockets this process may have open: as many as the system lets it take for itself.

Why: a shell or a unit usually hands on 1,024, and the hard limit beside it is far higher. A gateway with 2,000 live
streams would refuse connections at the 1,000th without anybody knowing why.
"""

from __future__ import annotations

import contextlib
import resource

SPARE = 200  # database, bus, log files, and what Python opens for a moment


def take_all() -> int:
    """Raise the soft limit to the hard one; returns the limit that holds now."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        with contextlib.suppress(ValueError, OSError):  # macOS has an unlimited hard limit that may not be taken
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return soft


def suffice(connections: int) -> bool:
    """Whether the limit leaves room for so many connections."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return soft == resource.RLIM_INFINITY or soft >= connections + SPARE
