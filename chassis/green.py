"""Makes this process green: import it first, before anything that opens a socket or starts a thread."""

import eventlet

eventlet.monkey_patch()
