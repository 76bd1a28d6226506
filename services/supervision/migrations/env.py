"""The Alembic environment of supervision."""

from chassis.migrations import run
from services.supervision.models import Base

run(Base.metadata)
