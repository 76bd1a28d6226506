"""What intake reacts to: every message it owns or hears, and the one function that handles it."""

from __future__ import annotations

from services.intake.handle_applications import (
    file_application,
    grant_application,
    refuse_application,
    withdraw_application,
)
from services.intake.handle_network import (
    organization_registered,
    record_service,
    register_organization,
    register_staff,
    register_station,
)

HANDLERS = {
    "intake.register_organization.v1": register_organization,
    "intake.register_station.v1": register_station,
    "intake.register_staff.v1": register_staff,
    "intake.record_service.v1": record_service,
    "intake.file_application.v1": file_application,
    "intake.grant_application.v1": grant_application,
    "intake.refuse_application.v1": refuse_application,
    "intake.withdraw_application.v1": withdraw_application,
    "intake.organization_registered.v1": organization_registered,
}
