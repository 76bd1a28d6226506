"""Read-only queries for the gateway: each answers with plain JSON values, and only with what the caller may see."""

from __future__ import annotations

from services.intake.named import named_services
from services.intake.read_applications import application, list_applications
from services.intake.read_eligibility import eligibility_check, eligibility_rules
from services.intake.read_export import export_person
from services.intake.read_imports import import_, import_faults, list_imports
from services.intake.read_organizations import list_organizations, list_staff, organization
from services.intake.read_persons import list_looks, list_persons, person, search_persons
from services.intake.read_printed import paper, papers
from services.intake.read_services import list_pairs, list_services
from services.intake.read_stations import list_stations, nearest_stations, station

VIEWS = {
    "intake.organizations": list_organizations,
    "intake.organization": organization,
    "intake.stations": list_stations,
    "intake.station": station,
    "intake.nearest_stations": nearest_stations,
    "intake.staff": list_staff,
    "intake.imports": list_imports,
    "intake.import": import_,
    "intake.import_faults": import_faults,
    "intake.services": list_services,
    "intake.named_services": named_services,
    "intake.pairs": list_pairs,
    "intake.applications": list_applications,
    "intake.application": application,
    "intake.eligibility_check": eligibility_check,
    "intake.papers": papers,
    "intake.paper": paper,
    "intake.eligibility_rules": eligibility_rules,
    "intake.persons": list_persons,
    "intake.persons_search": search_persons,
    "intake.person": person,
    "intake.person_export": export_person,
    "intake.looks": list_looks,
}
