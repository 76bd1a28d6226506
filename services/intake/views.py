"""Read-only queries for the gateway: each answers with plain JSON values, and only with what the caller may see."""

from __future__ import annotations

from services.intake.read_applications import application, list_applications
from services.intake.read_eligibility import eligibility_check
from services.intake.read_network import list_organizations, list_staff, list_stations
from services.intake.read_printed import paper, papers
from services.intake.read_services import list_services

VIEWS = {
    "intake.organizations": list_organizations,
    "intake.stations": list_stations,
    "intake.staff": list_staff,
    "intake.services": list_services,
    "intake.applications": list_applications,
    "intake.application": application,
    "intake.eligibility_check": eligibility_check,
    "intake.papers": papers,
    "intake.paper": paper,
}
