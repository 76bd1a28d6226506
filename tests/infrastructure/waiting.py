"""Wait for a condition instead of sleeping: a test that fails says what it waited for."""

from __future__ import annotations

import time
import typing as t

T = t.TypeVar("T")


def wait_until(condition: t.Callable[[], T], timeout: float, what: str, pause: float = 0.05) -> T:
    """Call ``condition`` until it returns something true, and return that.

    ``timeout`` in seconds. Raises AssertionError that names ``what`` and the last value, or the last exception that
    ``condition`` raised (exceptions count as "not yet").
    """
    deadline = time.monotonic() + timeout
    while True:
        last: object
        try:
            value = condition()
            if value:
                return value
            last = value
        except AssertionError as error:
            last = error
        except Exception as error:
            last = f"{type(error).__name__}: {error}"
        if time.monotonic() >= deadline:
            raise AssertionError(f"waited {timeout:g} s for {what}; last seen: {last!r}")
        time.sleep(pause)
        pause = min(pause * 1.3, 0.5)
