"""The microservice chassis: everything that the services share, and that knows no service and no contract.

psycopg blocks the whole eventlet hub unless it waits through ``select``; it reads this option when it is first
imported, so the option is set before anything else of the chassis loads.
"""

import os

os.environ.setdefault("PSYCOPG_WAIT_FUNC", "wait_selector")
