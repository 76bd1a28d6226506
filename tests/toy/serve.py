"""``python -m tests.toy.serve alpha beta``: the toy services in a process of their own, until SIGTERM.

``TOY_WITHOUT`` names a safeguard that is switched off.
"""

import chassis.green  # noqa: F401  # isort: skip

import os
import signal
import sys

import eventlet

from chassis import logs
from chassis.platform import Process
from chassis.runner import Running
from tests.toy import sabotage
from tests.toy.platform import SERVICES

if os.environ.get("TOY_WITHOUT"):
    sabotage.without(os.environ["TOY_WITHOUT"])
logs.configure("WARNING")
running = Running([SERVICES[name] for name in sys.argv[1:]], Process(dict(os.environ)))
asked: list[int] = []
signal.signal(signal.SIGTERM, lambda number, _frame: asked.append(number))
running.start()
while not asked:
    eventlet.sleep(0.05)
running.stop()
