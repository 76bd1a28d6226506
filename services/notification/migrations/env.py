"""Alembic environment of notification's database."""

from chassis.migrations import run
from services.notification.models import Base

run(Base.metadata)
