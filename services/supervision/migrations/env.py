"""The Alembic environment of supervision."""

from chassis.migrations import run
from services.supervision.models_plans import Base

run(Base.metadata)
