"""Makes this process green: import it first, before anything that opens a socket or starts a thread."""

import warnings

with warnings.catch_warnings():  # it is in maintenance mode: known, see ARCHITECTURE.md; not news for an operator
    warnings.simplefilter("ignore")
    import eventlet

eventlet.monkey_patch()
