"""Alembic environment of the gateway."""

from chassis.migrations import run
from gateway.models import Base

run(Base.metadata)
