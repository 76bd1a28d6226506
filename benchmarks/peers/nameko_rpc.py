"""Stock nameko RPC as its documentation shows it: a service with ``@rpc`` and SQLAlchemy, run by nameko's own runner."""
# ruff: noqa: E402

from __future__ import annotations

import eventlet

eventlet.monkey_patch()  # isort: skip - before anything that opens a socket

import signal
import typing as t

from nameko.extensions import DependencyProvider
from nameko.rpc import rpc
from nameko.runners import ServiceRunner
from sqlalchemy import create_engine, text

from benchmarks.workload import Place

PLACE = Place.here()
QUERY = text("SELECT id, organization, number, facts FROM cases WHERE id = :case")


class Engine(DependencyProvider):
    def setup(self) -> None:
        url = PLACE.database_url.replace("postgresql:", "postgresql+psycopg:")
        self.engine = create_engine(url, pool_size=10)

    def get_dependency(self, worker_ctx: t.Any) -> t.Any:
        return self.engine


class CaseService:
    name = f"{PLACE.namespace}_cases"
    engine = Engine()

    @rpc
    def case(self, case: str) -> dict[str, t.Any] | None:
        with self.engine.connect() as connection:
            row = connection.execute(QUERY, {"case": case}).one_or_none()
        if row is None:
            return None
        return {"id": str(row.id), "organization": row.organization, "number": row.number, "facts": row.facts}


def main() -> None:
    runner = ServiceRunner({"AMQP_URI": PLACE.amqp_url, "rpc_exchange": f"{PLACE.namespace}-rpc"})
    runner.add_service(CaseService)
    runner.start()
    signal.signal(signal.SIGTERM, lambda *_: eventlet.spawn_n(runner.stop))
    runner.wait()


if __name__ == "__main__":
    main()
