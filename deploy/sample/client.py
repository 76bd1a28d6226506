"""A front end's view of aidbus: one caller with one API key, over HTTP, and nothing of the product imported.

Guarantee: a write with an idempotency key is sent again until its end is known, and never done twice.
"""

from __future__ import annotations

import time
import typing as t

import requests
from requests.adapters import HTTPAdapter

Body = dict[str, t.Any]
T = t.TypeVar("T")


class ApiError(Exception):
    """The platform said no; ``problem`` is its RFC 9457 document, ``status`` the HTTP status."""

    def __init__(self, method: str, path: str, status: int, problem: Body) -> None:
        errors = "; ".join(f"{e.get('pointer')}: {e.get('detail')}" for e in problem.get("errors", [])[:5])
        detail = problem.get("detail", "")
        super().__init__(f"{method} {path}: {status} {problem.get('type', '')} {detail} {errors}".strip())
        self.status = status
        self.problem = problem

    @property
    def slug(self) -> str:
        """``wrong-state`` of ``/problems/wrong-state``."""
        return str(self.problem.get("type", "")).rpartition("/")[2]


class Unfinished(Exception):
    """Something that was waited for did not happen in time."""


class Caller:
    """Somebody with an API key of ``organization``. ``wait``: seconds within which a write must end."""

    def __init__(self, url: str, key: str, organization: str = "", wait: float = 60) -> None:
        self.url = url.rstrip("/")
        self.organization = organization
        self.wait = wait
        self._http = requests.Session()
        self._http.trust_env = False  # a proxy of the environment is not for the platform
        for scheme in ("http://", "https://"):
            self._http.mount(scheme, HTTPAdapter(pool_maxsize=32))  # seeding sends several requests at once
        self._http.headers["Authorization"] = f"Bearer {key}"

    def get(self, path: str, **params: t.Any) -> Body:
        """Read; asks again for a short while when the service behind it is away. Raises ApiError."""
        return self._until_there("GET", path, lambda: self._http.get(self.url + path, params=params, timeout=30))

    def all(self, path: str, **params: t.Any) -> list[Body]:
        """Every item of a list, over all its pages."""
        page = self.get(path, limit=200, **params)
        items = list(page["items"])
        while page.get("next"):
            page = self.get(path, limit=200, after=page["next"], **params)
            items += page["items"]
        return items

    def post(self, path: str, body: Body, key: str | None = None) -> Body:
        """Send a command and return the resource that it made; raises ApiError, or Unfinished after ``wait``.

        ``key`` is the Idempotency-Key: with it, the same call again gives the same answer.
        """
        headers = {"Prefer": "wait=20"} | ({"Idempotency-Key": key} if key else {})

        def send() -> requests.Response:
            return self._http.post(self.url + path, json=body, headers=headers, timeout=60)

        answer = self._raw("POST", path, send)
        in_progress = answer.status_code == 409 and "idempotency-in-progress" in answer.text
        if answer.status_code == 202 or in_progress:
            return self._end_of(answer.headers["Location"])
        return self._checked("POST", path, answer)

    def until(self, what: str, look: t.Callable[[], T | None], timeout: float = 45) -> T:
        """Look again and again until there is something; raises Unfinished that names ``what``."""
        deadline, pause = time.monotonic() + timeout, 0.05
        while True:
            found = look()
            if found:
                return found
            if time.monotonic() >= deadline:
                raise Unfinished(f"waited {timeout:g} s for {what}")
            time.sleep(pause)
            pause = min(pause * 1.5, 0.5)

    def _end_of(self, location: str) -> Body:
        def ended() -> Body | None:
            command = self.get(location)
            return command if command["state"] in ("done", "rejected") else None

        command = self.until(f"the end of {location}", ended, self.wait)
        if command["state"] == "rejected":
            raise ApiError("POST", location, int(command["status"]), command.get("problem") or {})
        return command.get("resource") or {}

    def _until_there(self, method: str, path: str, send: t.Callable[[], requests.Response]) -> Body:
        return self._checked(method, path, self._raw(method, path, send))

    def _raw(self, method: str, path: str, send: t.Callable[[], requests.Response]) -> requests.Response:
        """Send; again while the platform says that it is briefly away or asks for patience (429, 503)."""
        deadline = time.monotonic() + self.wait
        while True:
            try:
                answer = send()
            except requests.ConnectionError:
                if time.monotonic() >= deadline:
                    raise Unfinished(f"{method} {path}: nobody listens at {self.url}") from None
            else:
                if answer.status_code not in (429, 503) or time.monotonic() >= deadline:
                    return answer
            time.sleep(0.5)

    @staticmethod
    def _checked(method: str, path: str, answer: requests.Response) -> Body:
        try:
            body = answer.json()
        except ValueError:
            body = {"detail": answer.reason}
        if not answer.ok:
            raise ApiError(method, path, answer.status_code, body)
        return t.cast(Body, body)
