"""What is counted, in words: the measures that the network publishes, in the order in which a report shows them.

A measure with a colon is one of a family: ``deadlines_met:decide``, ``amount_fen:pay``.
"""

from __future__ import annotations

from contracts import terms

MEASURES = {
    "advice": ("法律咨询（人次）", "Advice (person-times)"),
    "drafting": ("代拟法律文书（份）", "Documents drafted"),
    "guided": ("引导申请（人次）", "People guided to apply"),
    "lectures": ("法治讲座（场）", "Lectures"),
    "lecture_audience": ("法治讲座听众（人次）", "Lectures: audience"),
    "exhibitions": ("普法展览（场）", "Exhibitions"),
    "exhibition_audience": ("普法展览观众（人次）", "Exhibitions: audience"),
    "dispute_investigations": ("纠纷排查（次）", "Dispute investigations"),
    "counselling": ("心理疏导（人次）", "Psychological counselling (person-times)"),
    "tutoring": ("文化辅导（人次）", "Tutoring (person-times)"),
    "pairs": ("一对一结对（对）", "Pairs made"),
    "pairs_ended": ("结束结对（对）", "Pairs ended"),
    "pairing_visits": ("结对帮扶走访（次）", "Visits of paired volunteers"),
    "applications": ("申请（件）", "Applications"),
    "granted": ("决定给予援助（件）", "Granted"),
    "refused": ("决定不予援助（件）", "Refused"),
    "withdrawn": ("撤回申请（件）", "Withdrawn"),
    "referred_out": ("转送其他单位（件）", "Referred to another organization"),
    "referred_in": ("接收转送（件）", "Taken over from another organization"),
    "objections": ("提出异议（件）", "Objections"),
    "objections_overturned": ("异议成立（件）", "Objections that the bureau upheld"),
    "cases": ("办理案件（件）", "Cases handled"),
    "cases_ended": ("办结案件（件）", "Cases ended"),
    "cases_won": ("胜诉或部分胜诉（件）", "Cases won or partly won"),
    "mediated": ("调解结案（件）", "Mediated"),
    "non_litigation": ("非诉讼办结（件）", "Non-litigation matters"),
    "terminated": ("终止援助（件）", "Aid ended before its time"),
    "replacements_requested": ("请求更换律师（件）", "Requests for another lawyer"),
    "recovered_fen": ("取得利益（分）", "Recovered (fen)"),
    "loss_avoided_fen": ("避免损失（分）", "Loss avoided (fen)"),
    "files_checked": ("审查结案材料（件）", "Closing files checked"),
    "graded_excellent": ("质量优秀（件）", "Graded excellent"),
    "graded_fail": ("质量不合格（件）", "Graded failed"),
    "subsidies_fen": ("发放补贴（分）", "Subsidies paid (fen)"),
    "satisfaction_sum": ("满意度分值合计", "Satisfaction: sum of marks"),
    "satisfaction_count": ("满意度评价（人次）", "Satisfaction: answers"),
    "gifts_of_thanks": ("受援人致谢（件）", "Gifts of thanks"),
    "complaints": ("投诉（件）", "Complaints"),
    "fee_reports": ("收费举报（件）", "Reports of a fee"),
    "complaints_concluded": ("办结投诉（件）", "Complaints concluded"),
    "complaints_substantiated": ("属实投诉（件）", "Complaints found true, in whole or in part"),
    "inspections": ("检查工作站（次）", "Inspections of stations"),
    "findings": ("检查发现问题（项）", "Findings of inspections"),
}
REAL_WORK = frozenset(
    {
        "advice", "drafting", "guided", "lectures", "exhibitions", "dispute_investigations", "counselling", "tutoring",
        "pairing_visits", "applications",
    }
)  # fmt: skip
MET, MISSED, AMOUNT = "deadlines_met", "deadlines_missed", "amount_fen"


ABOUT_COMPLAINTS = (
    "complaints", "fee_reports", "complaints_concluded", "complaints_substantiated",
    *(f"{family}:complaint_{step}" for family in (MET, MISSED) for step in ("accept", "conclude", "answer")),
)  # fmt: skip


def deadline_measure(kind: str, *, on_time: bool) -> str:
    """The measure that counts a met or missed limit of a kind: ``deadlines_met:decide``."""
    return f"{MET if on_time else MISSED}:{kind}"


def amount_measure(kind: str) -> str:
    """The measure that sums money of a kind that cases brought or saved, in fen: ``amount_fen:pay``."""
    return f"{AMOUNT}:{kind}"


def is_money(measure: str) -> bool:
    """Whether a measure is in fen."""
    return measure.partition(":")[0].endswith("_fen")


def words_of(measure: str) -> tuple[str, str]:
    """A measure in Chinese and English; one that nobody knows any more is shown as it is called."""
    family, _, kind = measure.partition(":")
    english = kind.replace("_", " ")
    if family == MET:
        return f"按期：{terms.CLOCK_KINDS.get(kind, kind)}（件）", f"Limits met: {english}"
    if family == MISSED:
        return f"逾期：{terms.CLOCK_KINDS.get(kind, kind)}（件）", f"Limits missed: {english}"
    if family == AMOUNT:
        return f"金额：{terms.AMOUNT_KINDS.get(kind, kind)}（分）", f"Amount: {english} (fen)"
    return MEASURES.get(measure, (measure, measure))
