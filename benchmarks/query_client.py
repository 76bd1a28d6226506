"""The asking side of ``query``, a process of its own: asks N times, WINDOW at once, and prints calls per second as JSON.

``python -m benchmarks.query_client aidbus|nameko N WINDOW``, one case id per line on standard input.
"""

from __future__ import annotations

import chassis.green  # isort: skip - before anything that opens a socket

import json
import sys
import time
import typing as t

import eventlet

from benchmarks.workload import SERVICE, Place

assert chassis.green
Ask = t.Callable[[str], t.Any]


def aidbus(place: Place, ids: list[str], window: int) -> t.Callable[[int], float]:
    from benchmarks.bench_service import CONTRACTS
    from chassis.principal import Principal
    from chassis.query import QueryClient
    from chassis.topology import Topology

    client = QueryClient(place.amqp_url, Topology(place.namespace, CONTRACTS), 0)
    principal = Principal("bench", "center_staff", "center")

    def ask(case: str) -> None:
        assert client.ask(SERVICE, f"{SERVICE}.case", {"case": case}, principal, 10)["id"] == case

    pool = eventlet.GreenPool(window)

    def many(count: int) -> float:
        began = time.perf_counter()
        for number in range(count):
            if window == 1:  # as the peer does: one after the other, without a thread for each
                ask(ids[number % len(ids)])
            else:
                pool.spawn_n(ask, ids[number % len(ids)])
        pool.waitall()
        return count / (time.perf_counter() - began)

    return many


def nameko(place: Place, ids: list[str], window: int) -> t.Callable[[int], float]:
    from nameko.standalone.rpc import ClusterRpcProxy

    config = {"AMQP_URI": place.amqp_url, "rpc_exchange": f"{place.namespace}-rpc"}
    proxy = ClusterRpcProxy(config, timeout=10).start()
    service = proxy[f"{place.namespace}_cases"]

    def many(count: int) -> float:
        began = time.perf_counter()
        for start in range(0, count, window):
            wanted = [ids[number % len(ids)] for number in range(start, min(count, start + window))]
            if window == 1:
                assert service.case(wanted[0])["id"] == wanted[0]
                continue
            calls = [service.case.call_async(case) for case in wanted]
            for case, call in zip(wanted, calls, strict=True):
                assert call.result()["id"] == case
        return count / (time.perf_counter() - began)

    return many


def main() -> None:
    side, count, window = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    ids = sys.stdin.read().split()
    many = {"aidbus": aidbus, "nameko": nameko}[side](Place.here(), ids, window)
    many(max(window, count // 10))
    print(json.dumps({"per_second": many(count)}), flush=True)
    sys.stdout.flush()
    import os

    os._exit(0)


if __name__ == "__main__":
    main()
