"""The errors that cross a seam of the platform, each with what the far side does about it."""

from __future__ import annotations

import typing as t


class Rejected(Exception):
    """A business refusal: the message has no effect, and the caller is told which problem it met.

    ``problem`` is a slug of the problem catalogue; ``params`` fill its texts and must hold no personal data;
    ``pointer`` is the JSON pointer of the field that is to blame.
    """

    def __init__(self, problem: str, *, pointer: str | None = None, **params: t.Any) -> None:
        super().__init__(problem)
        self.problem = problem
        self.pointer = pointer
        self.params = params

    def as_dict(self) -> dict[str, t.Any]:
        """The refusal as it travels: ``{"problem", "pointer", "params"}``."""
        return {
            "problem": self.problem,
            "pointer": self.pointer,
            "params": {k: _plain(v) for k, v in self.params.items()},
        }

    @classmethod
    def from_dict(cls, data: t.Mapping[str, t.Any]) -> Rejected:
        return cls(data["problem"], pointer=data.get("pointer"), **(data.get("params") or {}))


class NotYet(Exception):
    """What this message builds on has not arrived: it is tried again later, a bounded number of times."""

    def __init__(self, what: str) -> None:
        super().__init__(f"not yet here: {what}")


class DatabaseAway(Exception):
    """The database does not answer: nothing was changed; messages stay in the mailbox until it is back."""


class ServiceUnavailable(Exception):
    """A service did not answer a query in time."""

    def __init__(self, service: str, timeout: float) -> None:
        super().__init__(f"{service} did not answer within {timeout:g} s")
        self.service = service
        self.timeout = timeout


class StartError(Exception):
    """The process cannot start; the text says in one line what is wrong and what to do."""


class ServiceDied(StartError):
    """A service that ran ended by itself: its process ends, and can be started again."""


def _plain(value: t.Any) -> t.Any:
    if isinstance(value, str | int | float | bool | None):
        return value
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {str(name): _plain(item) for name, item in value.items()}
    return str(value)
