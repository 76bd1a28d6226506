"""What the parameters of a problem are called when people read them, in both languages: things, states, acts, rules.

Parameters stay keys for machines, beside the text; what no table here knows is said as it is.
"""

from __future__ import annotations

import typing as t
from collections.abc import Mapping

from contracts import terms
from contracts.assignment.conduct import LABOUR_STEPS
from contracts.notification import ENDPOINT_STATES
from contracts.papers import PAPERS
from contracts.problems import PROBLEMS

Tongue = t.Literal["zh", "en"]
Table = t.Mapping[str, tuple[str, str]]  # key -> Chinese, English


def _states(chinese: t.Mapping[str, str], **english: str) -> Table:
    """The Chinese of the terms beside an English that fits after "is"."""
    return {state: (chinese[state], english.get(state, state)) for state in chinese}


def _plain(chinese: t.Mapping[str, str]) -> Table:
    """Keys that are English words already."""
    return {key: (zh, key.replace("_", " ")) for key, zh in chinese.items()}


#: What somebody asks for or acts on.
THINGS: Table = {
    "absence": ("请假记录", "absence"),
    "application": ("申请", "application"),
    "backlog_plan": ("批量指派方案", "plan of the backlog"),
    "calendar": ("日历订阅", "calendar feed"),
    "case": ("案件", "case"),
    "command": ("指令", "command"),
    "complaint": ("投诉", "complaint"),
    "conflict": ("利益冲突", "conflict of interest"),
    "consent": ("同意书", "consent"),
    "duty": ("值班", "duty"),
    "duty_plan": ("值班计划", "duty plan"),
    "endpoint": ("接收地址", "address for notifications"),
    "firm": ("律师事务所", "firm"),
    "hearing": ("开庭", "hearing"),
    "import": ("导入文件", "import"),
    "labour_dispute": ("劳动争议", "labour dispute"),
    "lawyer": ("律师", "lawyer"),
    "limit": ("期限", "limit"),
    "link": ("链接", "link"),
    "meeting": ("联席会议", "joint meeting"),
    "merge": ("合并记录", "merge"),
    "notification": ("通知", "notification"),
    "objection": ("异议", "objection"),
    "offer": ("指派意向", "offer"),
    "organization": ("单位", "organization"),
    "pair": ("结对", "pair"),
    "party": ("当事人", "party"),
    "path": ("路径", "path"),
    "payment_run": ("支付批次", "payment run"),
    "person": ("人员", "person"),
    "plan": ("计划", "plan"),
    "proposal": ("指派建议", "proposal"),
    "replacement_request": ("更换律师申请", "request for another lawyer"),
    "report": ("月报", "monthly report"),
    "sample": ("抽样", "sample"),
    "specialty": ("专长", "specialty"),
    "statement": ("补贴对账单", "statement"),
    "station": ("工作站", "station"),
    "suspension": ("暂停", "suspension"),
    "task": ("任务", "task"),
    "template": ("模板", "template"),
    "termination_objection": ("终止援助异议", "objection to the termination"),
    "volunteer": ("志愿者", "volunteer"),
}

#: Of each thing with a life: what its states are called.
STATES: t.Mapping[str, Table] = {
    "application": _states(
        terms.APPLICATION_STATES,
        received="received and not decided",
        granted="granted",
        awaiting_papers="waiting for missing papers",
        objected="objected to and not decided",
        upheld="refused, and the refusal upheld",
    ),
    "backlog_plan": {"made": ("已制订", "made"), "offered": ("已发出", "offered already")},
    "case": _states(
        terms.CASE_STATES,
        proposed="waiting to be offered",
        offered="offered to a lawyer",
        assigned="assigned to a lawyer",
        retained="in the hands of a lawyer, with a retainer",
        ended="ended and without its closing file",
        filed="waiting for the check of its closing file",
        unassigned="without a candidate",
    ),
    "complaint": _states(terms.COMPLAINT_STATES, received="received and not accepted"),
    "conflict": {
        "open": ("待处理", "open"),
        "cleared": ("已排除", "cleared"),
        "replaced": ("已更换律师", "settled by another lawyer"),
    },
    "endpoint": _states(ENDPOINT_STATES, bad="unusable"),
    "hearing": {"scheduled": ("已排期", "scheduled"), "cancelled": ("已取消", "cancelled")},
    "lawyer": {"active": ("在册", "active"), "inactive": ("停止承办", "inactive")},
    "meeting": _states(terms.MEETING_STATES),
    "offer": _states(terms.OFFER_STATES, lapsed="past its time", recalled="taken back"),
    "pair": _states(terms.PAIR_STATES),
    "plan": _states(terms.PLAN_STATES),
    "replacement_request": {
        "open": ("待决定", "open"),
        "agreed": ("已同意", "agreed to"),
        "refused": ("未同意", "refused"),
        "lapsed": ("案件已结束", "past, for the case is over"),
    },
    "station": _states(terms.STATION_STATES, ready="open"),
    "suspension": {"lifted": ("已解除", "lifted already")},
    "task": _states(terms.TASK_STATES),
    "termination_objection": {
        "none": ("没有异议", "not there"),
        "open": ("待决定", "open"),
        "upheld": ("已维持终止", "decided: the termination was upheld"),
        "overturned": ("已撤销终止", "decided: the termination was overturned"),
    },
}

#: Of each thing what can be done with it, in words that fit after "to".
ACTS: t.Mapping[str, Table] = {
    "application": {
        "grant": ("决定给予援助", "grant aid"),
        "refuse": ("决定不予援助", "refuse aid"),
        "appoint": ("依通知指派", "grant aid upon an office's notice"),
        "amend": ("更正申请", "amend the application"),
        "withdraw": ("撤回申请", "withdraw the application"),
        "request_papers": ("告知补正材料", "ask for missing papers"),
        "supply_papers": ("补交材料", "supply papers"),
        "refer": ("转交其他单位", "refer it to another organization"),
        "lapse": ("视为撤回", "deem it withdrawn"),
        "object": ("提出异议", "object to the refusal"),
        "uphold": ("维持不予援助", "uphold the refusal"),
        "overturn": ("责令给予援助", "overturn the refusal"),
    },
    "backlog_plan": {"offer": ("按方案发出指派意向", "offer its cases")},
    "case": {
        "offer": ("发出指派意向", "offer it to a lawyer"),
        "exhaust": ("认定候选用尽", "give up the search for a lawyer"),
        "accept": ("接受指派", "accept it"),
        "release": ("收回指派意向", "take the offer back"),
        "retain": ("登记委托协议", "record the retainer"),
        "report": ("报告进展", "report progress"),
        "part": ("更换承办律师", "change its lawyer"),
        "terminate": ("终止援助", "terminate the aid"),
        "end": ("结案", "end it"),
        "file": ("提交结案材料", "hand in the closing file"),
        "check": ("审查结案材料", "check the closing file"),
        "send_back": ("退回结案材料", "send the closing file back"),
        "pay": ("支付补贴", "pay the subsidy"),
        "restore": ("恢复援助", "give the case back to its lawyer"),
        "reopen": ("恢复援助并重新指派", "look for a lawyer again"),
        "handle": ("办理案件", "handle it"),
        "wish": ("登记受援人意愿", "change the recipient's wishes"),
        "replace": ("申请更换律师", "ask for another lawyer"),
        "correct": ("更正补贴", "correct the subsidy"),
        "record_cost": ("登记直接费用", "record a cost"),
        "object": ("对终止援助提出异议", "object to the termination"),
        "schedule_hearing": ("登记开庭", "schedule a hearing"),
        "record_limit": ("登记期限", "record a limit"),
        "close_limit": ("办结期限", "close a limit"),
        "record_step": ("登记劳动争议程序", "record a step of the labour dispute"),
    },
    "complaint": {
        "accept": ("受理投诉", "accept it"),
        "conclude": ("办结投诉", "conclude it"),
        "answer": ("答复投诉人", "answer the complainant"),
    },
    "conflict": {"clear": ("排除冲突", "clear it"), "replace": ("更换承办律师", "replace the lawyer")},
    "endpoint": {"replay": ("重新发送", "send again what failed"), "activate": ("启用", "set it active")},
    "hearing": {"move": ("变更开庭", "move it"), "cancel": ("取消开庭", "cancel it")},
    "labour_dispute": {
        "start": ("立案", "the beginning"),
        "mediation_requested": (LABOUR_STEPS["mediation_requested"], "the request for mediation"),
        "mediation_agreed": (LABOUR_STEPS["mediation_agreed"], "an agreement in mediation"),
        "mediation_failed": (LABOUR_STEPS["mediation_failed"], "the failure of mediation"),
        "mediation_waived": (LABOUR_STEPS["mediation_waived"], "the waiver of mediation"),
        "arbitration_filed": (LABOUR_STEPS["arbitration_filed"], "the application for arbitration"),
        "award_extended": (LABOUR_STEPS["award_extended"], "the extension for the award"),
        "arbitration_refused": (LABOUR_STEPS["arbitration_refused"], "the refusal to arbitrate"),
        "award_received": (LABOUR_STEPS["award_received"], "the award"),
        "suit_filed": (LABOUR_STEPS["suit_filed"], "the suit"),
        "judgment_received": (LABOUR_STEPS["judgment_received"], "the first judgment"),
        "appeal_filed": (LABOUR_STEPS["appeal_filed"], "the appeal"),
        "final_judgment": (LABOUR_STEPS["final_judgment"], "the final judgment"),
        **_plain(terms.STAGES),
    },
    "lawyer": {"active": ("恢复承办", "make the lawyer active"), "inactive": ("停止承办", "make the lawyer inactive")},
    "meeting": {"prepare_or_record": ("筹备或者登记会议", "prepare or record it")},
    "offer": {
        "accept": ("接受", "accept it"),
        "decline": ("谢绝", "decline it"),
        "withdraw": ("收回", "take it back"),
    },
    "pair": {"end": ("结束结对", "end it")},
    "plan": {"change": ("变更计划", "change it"), "stop": ("停止计划", "stop it")},
    "replacement_request": {"agree": ("同意更换", "agree to it"), "refuse": ("不同意更换", "refuse it")},
    "station": {
        "open": ("启用", "open it"),
        "suspend": ("暂停", "suspend it"),
        "resume": ("恢复", "resume its work"),
        "close": ("撤销", "close it"),
    },
    "suspension": {"lift": ("解除暂停", "lift it")},
    "task": {
        "finish": ("完成", "finish it"),
        "take": ("认领", "take it"),
        "hand_over": ("转交", "hand it over"),
        "reopen": ("重新打开", "reopen it"),
    },
    "termination_objection": {"decide": ("作出决定", "decide on it")},
}

ROLES: Table = {**_plain(terms.STAFF_ROLES), **_plain(terms.CALLER_ROLES), "none": ("无", "none")}
KINDS: Table = {
    **_plain(terms.CLOCK_KINDS),
    **_plain(terms.SERVICE_KINDS),
    **{kind: (paper.zh, paper.en.lower()) for kind, paper in PAPERS.items()},
}
#: What rules a lawyer out (services/assignment/domain/ranking.py says it with its figures).
RULES: Table = {
    "inactive": ("律师未在册或者已停止承办", "the lawyer is not active"),
    "already_theirs": ("该律师已在承办本案", "the case is this lawyer's already"),
    "suspended": ("已被中心暂停承办案件", "the lawyer is suspended by the center"),
    "absence": ("请假期间", "the lawyer is absent"),
    "capacity": ("在办案件已满", "the desk is full"),
    "conflict": ("利益冲突", "a conflict of interest"),
    "conflict_likely": ("疑似利益冲突", "a likely conflict of interest"),
    "criminal_years": ("刑事辩护经历不足三年（LA 26）", "less than three years of criminal defence (LA 26)"),
    "minors": ("不熟悉未成年人身心特点（D148 26）", "not familiar with minors (D148 26)"),
    "district": ("不在该区县执业", "the lawyer does not work in this district"),
    "gender": ("受援人希望由另一性别的律师办理", "the recipient asks for a lawyer of the other gender"),
    "language": ("不使用受援人所需语言", "the lawyer does not speak the language that is needed"),
    "standing": ("不是该单位的常年法律顾问", "the lawyer is no standing lawyer of the organization"),
}
#: Why two records cannot become one.
MERGES: Table = {
    "same_record": ("两者是同一条记录", "it is one record"),
    "merged_already": ("其中一条已并入其他记录", "one of them was merged into another already"),
    "erased": ("其中一条的个人信息已删除", "the data of one of them were erased"),
    "two_births": (
        "两者的出生日期不同；其中一个确系误登的，由具名人员说明理由后合并",
        "their days of birth differ; where one of them was wrong, a named person says so and why",
    ),
    "birth_of_number": (
        "出生日期不同，以身份证号码所载为准：请保留有身份证号码的记录",
        "their days of birth differ, and that in the identity number holds: keep the record that has the number",
    ),
    "two_numbers": ("两者各有不同的身份证号码", "each has an identity number of its own"),
}
#: Parameter -> the table of its values; those of ``state``, ``act`` and ``allowed`` depend on whose they are (``of``).
BY_NAME: t.Mapping[str, Table] = {
    "of": THINGS,
    "what": THINGS,
    "role": ROLES,
    "posts": ROLES,
    "key": {"licence": ("执业证号", "licence"), **_plain(terms.MATTERS)},
    "kind": KINDS,
    "rule": RULES,
    "why": MERGES,
    "step": ACTS["labour_dispute"],
    "after": ACTS["labour_dispute"],
    "missing": _plain(terms.STATION_STANDARD),
}
#: Code of a law in the field ``article`` -> how its articles are named.
LAWS: Table = {
    "CC": ("民法典第{}条", "Civil Code {}"),
    "CPL": ("民事诉讼法第{}条", "Civil Procedure Law {}"),
    "D148": ("办理法律援助案件程序规定（司法部令第148号）第{}条", "Ministry of Justice decree 148, {}"),
    "LA": ("法律援助法第{}条", "Legal Aid Law {}"),
    "LDM": ("劳动争议调解仲裁法第{}条", "Labour Dispute Mediation and Arbitration Law {}"),
    "LL": ("律师法第{}条", "Lawyers Law {}"),
    "SML": ("军人地位和权益保障法第{}条", "Status of Military Personnel Law {}"),
}
OF_A_THING = {"state": STATES, "act": ACTS, "allowed": ACTS}
NOTHING = {"zh": "无", "en": "nothing"}  # such as the acts that are possible where none is
COMMA = {"zh": "、", "en": ", "}


def readable(params: t.Mapping[str, t.Any], tongue: Tongue) -> dict[str, t.Any]:
    """The parameters of a problem as its text says them.

    A list, or keys with commas between, is said as a list; of ``{"zh", "en"}`` the one in this tongue.
    """
    said = {name: _said(_table(name, params.get("of")), value, tongue) for name, value in params.items()}
    return {name: NOTHING[tongue] if value == "" else value for name, value in said.items()}


def in_both(problem: str, params: t.Mapping[str, t.Any]) -> dict[str, str]:
    """A refusal in words, for an answer that holds several: ``{"zh", "en"}``."""
    texts = PROBLEMS[problem]
    return {
        "zh": texts.detail_zh.format_map(readable(params, "zh")),
        "en": texts.detail_en.format_map(readable(params, "en")),
    }


def _table(name: str, of: t.Any) -> Table:
    if name in OF_A_THING:
        return OF_A_THING[name].get(of, {})
    return BY_NAME.get(name, {})


def _said(table: Table, value: t.Any, tongue: Tongue) -> t.Any:
    if isinstance(value, Mapping):
        return value.get(tongue)  # a text in both languages
    if isinstance(value, list | tuple):
        return COMMA[tongue].join(str(_said(table, one, tongue)) for one in value)
    if not table or not isinstance(value, str):
        return value
    if value in table:
        return table[value][0 if tongue == "zh" else 1]
    several = value.split(", ")
    return _said(table, several, tongue) if set(several) <= set(table) else value


def law_in_words(article: str, tongue: Tongue) -> str:
    """``LDM 14`` with the name of the law; of a code that is not known, the code."""
    code, _, number = article.partition(" ")
    if code not in LAWS or not number:
        return article
    return LAWS[code][0 if tongue == "zh" else 1].format(number.replace(", ", COMMA[tongue]))
