"""Alembic environment of intake."""

from chassis.migrations import run
from services.intake.models import Base

run(Base.metadata)
