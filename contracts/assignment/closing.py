"""The end of a case: outcome, closing file, check, subsidy."""

from __future__ import annotations

from marshmallow import fields, validate

from contracts import terms
from contracts.assignment.shapes import CaseCommand, LawyerEvent
from contracts.fields import Choice, Fen, Instant, Text
from contracts.schema import Amount, Document, MessageSchema, many, optional


class EndCase(CaseCommand):
    """The case is over, with its outcome and the amounts it brought."""

    outcome = Choice(terms.CASE_OUTCOMES, required=True)
    amounts = many(Amount, load_default=list)
    ended_on = fields.Date(**optional())


class CaseEnded(LawyerEvent):
    """The case is over; thirty days for the closing file run from ``ended_on``."""

    outcome = Choice(terms.CASE_OUTCOMES, required=True)
    amounts = many(Amount, required=True)
    recovered_fen = Fen(required=True)
    loss_avoided_fen = Fen(required=True)
    ended_on = fields.Date(required=True)
    ended_at = Instant(required=True)


class SubmitClosingFile(CaseCommand):
    """The lawyer hands in the closing file (LA 50)."""

    summary = Text(4000, required=True)
    documents = many(Document, minimum=1, required=True)


class ClosingFileSubmitted(LawyerEvent):
    """The closing file is with the center; thirty days for its check run from ``submitted_at``."""

    submitted_at = Instant(required=True)


class CheckClosingFile(CaseCommand):
    """The center checks the closing file and grades the work (LA 57-59)."""

    grade = Choice(terms.GRADES, required=True)
    remarks = Text(2000, **optional())


class ClosingFileChecked(LawyerEvent):
    """The closing file is checked and graded; the return visit comes next."""

    grade = Choice(terms.GRADES, required=True)
    checked_at = Instant(required=True)


class SubsidyDue(LawyerEvent):
    """The subsidy that the center owes the lawyer (LA 52): the rate of the case type and the share of its grade."""

    amount_fen = Fen(required=True)
    rate_fen = Fen(required=True)
    grade = Choice(terms.GRADES, required=True)
    rate_source = Text(300, required=True)
    rate_verified = fields.Boolean(required=True)
    due_at = Instant(required=True)


class PaySubsidy(MessageSchema):
    """The center has paid the subsidy of a case; it is paid once."""

    case = fields.UUID(required=True)
    paid_on = fields.Date(**optional())


class SubsidyPaid(LawyerEvent):
    """The subsidy is paid."""

    amount_fen = Fen(required=True)
    paid_on = fields.Date(required=True)
    paid_at = Instant(required=True)


class StatementAsked(MessageSchema):
    """Whose subsidies of which month; a lawyer's own where no lawyer is named."""

    lawyer = fields.UUID(**optional())
    month = fields.String(
        required=True,
        validate=validate.Regexp(
            r"\A[0-9]{4}-(0[1-9]|1[0-2])\Z", error="A month such as 2026-09; 月份格式如 2026-09。"
        ),
    )


class StatementLine(MessageSchema):
    """The subsidy of one case, in fen."""

    case = fields.UUID(required=True)
    number = fields.String(required=True)
    grade = Choice(terms.GRADES, required=True)
    checked_on = fields.Date(required=True)
    subsidy_fen = Fen(required=True)
    paid_on = fields.Date(**optional())


class Statement(MessageSchema):
    """What became due to a lawyer in a month (the day of the check counts), what of it is paid and what is open."""

    lawyer = fields.UUID(required=True)
    month = fields.String(required=True)
    lines = fields.List(fields.Nested(StatementLine), required=True)
    due_fen = Fen(required=True)
    paid_fen = Fen(required=True)
    open_fen = Fen(required=True)


COMMANDS = {
    "assignment.end_case.v1": EndCase,
    "assignment.submit_closing_file.v1": SubmitClosingFile,
    "assignment.check_closing_file.v1": CheckClosingFile,
    "assignment.pay_subsidy.v1": PaySubsidy,
}

EVENTS = {
    "assignment.case_ended.v1": (CaseEnded, ("supervision",)),
    "assignment.closing_file_submitted.v1": (ClosingFileSubmitted, ("supervision",)),
    "assignment.closing_file_checked.v1": (ClosingFileChecked, ("supervision", "notification")),
    "assignment.subsidy_due.v1": (SubsidyDue, ("supervision",)),
    "assignment.subsidy_paid.v1": (SubsidyPaid, ("supervision", "notification")),
}

QUERIES = {
    "assignment.statement": (StatementAsked, Statement),
}
