"""Everything that is held about one person, to be handed to them (PIPL 45)."""

from __future__ import annotations

from sqlalchemy import select

from chassis.work import Read
from services.intake import named, people, repository
from services.intake.audit import looked
from services.intake.models import Application, Look, Person
from services.intake.pages import Answer, Params, as_uuid
from services.intake.read_applications import detail
from services.intake.read_persons import applicant, consent, look_as_dict, merge

NOT_THEIRS = ("applicant", "duplicates")  # said once above; numbers of other files


def export_person(read: Read, params: Params) -> Answer:
    """Person, consents, applications, merges and who looked, whole; that it was exported is recorded as well."""
    row = people.current(read.session, people.seen(read.session, read.principal, as_uuid(params["person"])))
    vault = read.settings.vault
    whole = {"identity_number": people.number_of(vault, row), "document": people.document_of(vault, row)}
    looked(read, row.id, "intake.person_export", ("everything",))
    looks = select(Look).where(Look.person.in_(repository.records_of(read.session, row.id))).order_by(Look.id)
    records = [read.session.get_one(Person, one) for one in repository.records_of(read.session, row.id)]
    applications = select(Application).where(Application.person == row.id).order_by(Application.id)
    return {
        "exported_at": read.now.isoformat(),
        "person": applicant(read, row) | whole | {"created_at": row.created_at.isoformat()},
        "consents": [consent(read, one) for one in repository.consents(read.session, row.id)],
        "applications": [
            {name: value for name, value in detail(read, one).items() if name not in NOT_THEIRS}
            for one in read.session.scalars(applications)
        ],
        **named.shown(read, [one.name_index for one in records if one.name_index]),
        "merges": [merge(read, one) for one in repository.merges(read.session, row.id)],
        "looked_at_by": [look_as_dict(one) for one in read.session.scalars(looks)],
    }
