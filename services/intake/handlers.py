"""What intake reacts to: every message it owns or hears, and the one function that handles it."""

from __future__ import annotations

from services.intake.handle_amendments import amend_application, amend_application_of_old
from services.intake.handle_applications import (
    file_application,
    grant_application,
    refuse_application,
    withdraw_application,
)
from services.intake.handle_consents import record_consent, withdraw_consent
from services.intake.handle_defence import notify_defence
from services.intake.handle_imports import begin_import, go_on_with_import, lapse_import, rows_taken, stage_rows
from services.intake.handle_organizations import (
    change_organization,
    organization_registered,
    register_organization,
)
from services.intake.handle_papers import lapse_papers, papers_day_moved, request_papers, supply_papers
from services.intake.handle_persons import (
    aid_restored,
    case_closed,
    case_terminated,
    erase_person,
    merge_persons,
    undo_merge,
)
from services.intake.handle_services import end_pair, record_service, record_services, register_pair
from services.intake.handle_staff import change_staff, leave_staff, register_staff
from services.intake.handle_stations import (
    assess_station,
    change_station,
    change_station_state,
    register_station,
    station_inspected,
    work_resumed,
    work_suspended,
)
from services.intake.handle_ways import decide_objection, file_objection, refer_application
from services.intake.named import erase_named_services

HANDLERS = {
    "intake.register_organization.v1": register_organization,
    "intake.register_station.v1": register_station,
    "intake.register_staff.v1": register_staff,
    "intake.record_service.v1": record_service,
    "intake.file_application.v1": file_application,
    "intake.grant_application.v1": grant_application,
    "intake.refuse_application.v1": refuse_application,
    "intake.withdraw_application.v1": withdraw_application,
    "intake.record_services.v1": record_services,
    "intake.request_papers.v1": request_papers,
    "intake.supply_papers.v1": supply_papers,
    "intake.lapse_papers.v1": lapse_papers,
    "intake.refer_application.v1": refer_application,
    "intake.file_objection.v1": file_objection,
    "intake.decide_objection.v1": decide_objection,
    "intake.change_organization.v1": change_organization,
    "intake.change_organization.v2": change_organization,
    "intake.change_station.v1": change_station,
    "intake.assess_station.v1": assess_station,
    "intake.change_station_state.v1": change_station_state,
    "intake.change_staff.v1": change_staff,
    "intake.leave_staff.v1": leave_staff,
    "intake.register_pair.v1": register_pair,
    "intake.end_pair.v1": end_pair,
    "intake.begin_import.v1": begin_import,
    "intake.stage_rows.v1": stage_rows,
    "intake.go_on_with_import.v1": go_on_with_import,
    "intake.lapse_import.v1": lapse_import,
    "assignment.rows_taken.v1": rows_taken,
    "intake.organization_registered.v1": organization_registered,
    "supervision.papers_day_moved.v1": papers_day_moved,
    "supervision.station_inspected.v1": station_inspected,
    "supervision.work_suspended.v1": work_suspended,
    "supervision.work_resumed.v1": work_resumed,
    "intake.amend_application.v1": amend_application_of_old,
    "intake.amend_application.v2": amend_application,
    "intake.notify_defence.v1": notify_defence,
    "intake.merge_persons.v1": merge_persons,
    "intake.undo_merge.v1": undo_merge,
    "intake.erase_person.v1": erase_person,
    "intake.erase_named_services.v1": erase_named_services,
    "intake.record_consent.v1": record_consent,
    "intake.withdraw_consent.v1": withdraw_consent,
    "assignment.closing_file_checked.v1": case_closed,
    "assignment.case_terminated.v1": case_terminated,
    "assignment.aid_restored.v1": aid_restored,
}
