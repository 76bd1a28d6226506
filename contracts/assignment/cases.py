"""Cases as they are read."""

from __future__ import annotations

from marshmallow import fields

from contracts import terms
from contracts.assignment.changes import TERMINATION_GROUNDS, EngagementItem, RequestItem
from contracts.assignment.choosing import Wishes
from contracts.assignment.closing import ClaimItem, ClosingReturnItem, DocumentNeeded
from contracts.assignment.conduct import CivilDateItem, CostItem, HearingItem, LabourStepItem, ProgressItem
from contracts.assignment.conflicts import FindingItem, PartyItem
from contracts.assignment.objections import TerminationObjectionItem
from contracts.assignment.offers import OfferItem
from contracts.assignment.shapes import CaseAsked, MatterShown
from contracts.fields import Choice, Code, Fen, Instant, Text
from contracts.schema import Amount, Document, ListAsked, MessageSchema, Page, optional


class CasesAsked(ListAsked):
    """Which cases are asked for, newest first; a lawyer sees their own, an organization its own."""

    number = Text(40, **optional(metadata={"description": "As people name it: C2026-00001"}))
    urgency = Choice(terms.URGENCIES, **optional())
    state = Choice(terms.CASE_STATES, **optional())
    lawyer = fields.UUID(**optional())
    organization = Code(**optional())
    application = fields.UUID(**optional())


class CaseItem(MatterShown):
    """A case in a list: no personal data of its parties."""

    id = fields.UUID(required=True)
    number = fields.String(required=True)
    application = fields.UUID(required=True)
    application_number = fields.String(required=True)
    organization = Code(required=True)
    station = Code(**optional())
    state = Choice(terms.CASE_STATES, required=True)
    version = fields.Integer(required=True)
    granted_at = Instant(required=True)
    lawyer = fields.UUID(**optional())
    assigned_at = Instant(**optional())
    signed_on = fields.Date(**optional())
    outcome = Choice(terms.CASE_OUTCOMES, **optional())
    ended_on = fields.Date(**optional())
    recovered_fen = Fen(**optional())
    loss_avoided_fen = Fen(**optional())
    grade = Choice(terms.GRADES, **optional())
    checked_on = fields.Date(**optional())
    subsidy_fen = Fen(**optional())
    paid_fen = Fen(**optional())
    paid_on = fields.Date(**optional())
    termination_ground = Choice(TERMINATION_GROUNDS, **optional())


class CasePage(Page):
    """A page of cases."""

    items = fields.List(fields.Nested(CaseItem), required=True)


class ActItem(MessageSchema):
    """One act of a case's history; ``by_role`` is ``rule`` where nobody decided."""

    act = fields.String(required=True)
    before = fields.String(required=True)
    after = fields.String(required=True)
    at = Instant(required=True)
    by_role = fields.String(required=True)
    by_person = fields.UUID(**optional())


class CaseDetail(CaseItem):
    """One case with all that is known; parties are shown to the center and to the case's lawyer alone."""

    district = fields.String(**optional())
    wishes = fields.Nested(Wishes, required=True)
    facts = fields.List(Choice(terms.FACTS), required=True)
    lawyer_name = fields.String(**optional())
    firm_name = fields.String(**optional())
    closing_summary = fields.String(**optional())
    remarks = fields.String(**optional())
    rate_fen = Fen(**optional())
    rate_source = fields.String(**optional())
    rate_verified = fields.Boolean(**optional())
    parties = fields.List(fields.Nested(PartyItem))
    progress = fields.List(fields.Nested(ProgressItem), required=True)
    amounts = fields.List(fields.Nested(Amount), required=True)
    documents = fields.List(fields.Nested(Document), required=True)
    offers = fields.List(fields.Nested(OfferItem), required=True)
    conflicts = fields.List(fields.Nested(FindingItem), required=True)
    replacements = fields.List(fields.Nested(RequestItem), required=True)
    lawyers = fields.List(fields.Nested(EngagementItem), required=True)
    hearings = fields.List(fields.Nested(HearingItem), required=True)
    costs = fields.List(fields.Nested(CostItem), required=True)
    civil_dates = fields.List(fields.Nested(CivilDateItem), required=True)
    labour_steps = fields.List(fields.Nested(LabourStepItem), required=True)
    missing_documents = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "Kinds that the closing file of such a case should hold"},
    )
    missing_named = fields.List(fields.Nested(DocumentNeeded), required=True)
    returns = fields.List(fields.Nested(ClosingReturnItem), required=True)
    termination_reason = fields.String(**optional())
    objections = fields.List(fields.Nested(TerminationObjectionItem), required=True)
    subsidies = fields.List(fields.Nested(ClaimItem), required=True)
    history = fields.List(fields.Nested(ActItem), required=True)


QUERIES = {
    "assignment.cases": (CasesAsked, CasePage),
    "assignment.case": (CaseAsked, CaseDetail),
}
