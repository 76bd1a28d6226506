"""Alembic environment of assignment."""

from chassis.migrations import run
from services.assignment.models import Base

run(Base.metadata)
