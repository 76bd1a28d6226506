# ruff: noqa: E501 - a table reads best with one row to a line
"""Every path of the API in two tables: WRITES send a command, READS ask a service.

A path parameter fills the command field (or the query parameter) of the same name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Write:
    """``method path`` -> a command; ``status`` is that of a finished command.

    ``edits``: it overwrites what somebody wrote before, so the caller must say which version they saw (``If-Match`` or
    ``version`` in the body, 428 without). An act of a state machine overwrites nothing; its version is optional.
    """

    path: str
    type: str
    permission: str
    status: int
    tag: str
    en: str
    zh: str
    method: str = "POST"
    edits: bool = False

    @property
    def name(self) -> str:
        """``file_application`` of ``intake.file_application.v1``."""
        return self.type.split(".")[1]

    @property
    def fills(self) -> tuple[str, ...]:
        """Path parameters, each filling the command field of its name."""
        return path_parameters(self.path)


@dataclass(frozen=True)
class Read:
    """``GET path`` -> a query of the service that the name begins with.

    ``POST`` where the parameters are too personal for an address: they stand in the body then.
    """

    path: str
    query: str
    permission: str
    tag: str
    en: str
    zh: str
    method: str = "GET"

    @property
    def name(self) -> str:
        """``assignment_cases`` of ``assignment.cases``."""
        return self.query.replace(".", "_")

    @property
    def service(self) -> str:
        return self.query.partition(".")[0]

    @property
    def fills(self) -> tuple[str, ...]:
        """Path parameters, each filling the query parameter of its name."""
        return path_parameters(self.path)


CODES = frozenset({"organization"})  # path parameters that are codes; every other one is an id


@dataclass(frozen=True)
class Export:
    """``GET path`` -> a file (XLSX or CSV) of the tables that a query answers; a long one comes page by page."""

    path: str
    query: str
    permission: str
    tag: str
    en: str
    zh: str
    method: str = "GET"

    @property
    def name(self) -> str:
        """``supervision_fact_sheet`` of ``supervision.fact_sheet``."""
        return self.query.replace(".", "_")

    @property
    def service(self) -> str:
        return self.query.partition(".")[0]


def path_parameters(path: str) -> tuple[str, ...]:
    """The names in braces, in order."""
    return tuple(re.findall(r"{(\w+)}", path))


WRITES = (
    Write("/v1/organizations", "intake.register_organization.v1", "organizations:register", 201, "organizations", "Take an organization into the network", "登记单位"),
    Write("/v1/organizations/{organization}", "intake.change_organization.v2", "organizations:register", 200, "organizations", "Change an organization: superior, calendar, settings", "变更单位信息、日历与设置", "PATCH", edits=True),
    Write("/v1/stations", "intake.register_station.v1", "stations:register", 201, "organizations", "Open a station with its liaison officer", "设立工作站及联络员"),
    Write("/v1/stations/{station}", "intake.change_station.v1", "stations:change", 200, "organizations", "Change a station: address, hours, head, liaison", "变更工作站信息", "PATCH", edits=True),
    Write("/v1/stations/{station}/assessment", "intake.assess_station.v1", "stations:register", 200, "organizations", "Enter how a station stands against the standard", "登记工作站达标情况"),
    Write("/v1/stations/{station}/state", "intake.change_station_state.v1", "stations:register", 200, "organizations", "Open, suspend, resume or close a station", "启用、暂停、恢复或撤销工作站"),
    Write("/v1/staff", "intake.register_staff.v1", "staff:register", 201, "organizations", "Register a person who works in the network", "登记工作人员"),
    Write("/v1/staff/{person}", "intake.change_staff.v1", "staff:register", 200, "organizations", "Change what is known of a colleague", "变更工作人员信息", "PATCH", edits=True),
    Write("/v1/staff/{person}/leave", "intake.leave_staff.v1", "staff:register", 200, "organizations", "A colleague leaves; tasks, messages and keys end", "工作人员离任"),
    Write("/v1/imports", "intake.begin_import.v1", "imports:run", 201, "organizations", "Announce a file of organizations, stations, staff, services, firms, lawyers or volunteers", "预告批量导入文件"),
    Write("/v1/imports/{upload}/rows", "intake.stage_rows.v1", "imports:run", 200, "organizations", "Send a piece of the file; after the last it is checked whole and entered, or refused with every bad row", "上传文件的一部分（全部到齐后整体核对，有误则不导入）"),
    Write("/v1/services", "intake.record_service.v1", "services:record", 201, "services", "Record a service short of a case", "记录咨询、代书等服务"),
    Write("/v1/services/batch", "intake.record_services.v1", "services:record", 201, "services", "Record a busy day's services at once", "批量记录服务"),
    Write("/v1/pairs", "intake.register_pair.v1", "services:record", 201, "services", "Pair a volunteer and a person one to one", "登记一对一结对"),
    Write("/v1/pairs/{pair}/end", "intake.end_pair.v1", "services:record", 200, "services", "End a pair", "结束结对"),
    Write("/v1/applications", "intake.file_application.v1", "applications:file", 201, "applications", "File an application for legal aid", "提交法律援助申请"),
    Write("/v1/applications/{application}/amendment", "intake.amend_application.v2", "applications:file", 200, "applications", "Correct an application before it is decided; it is judged anew", "决定前更正申请（重新审查）"),
    Write("/v1/defence-notices", "intake.notify_defence.v1", "applications:file", 201, "applications", "Take in an office's notice of mandatory defence (LA 25)", "接收办案机关的通知辩护"),
    Write("/v1/consents", "intake.record_consent.v1", "persons:handle", 201, "persons", "Record a consent to the handling of sensitive data", "登记敏感个人信息处理同意"),
    Write("/v1/consents/{consent}/withdraw", "intake.withdraw_consent.v1", "persons:handle", 200, "persons", "Withdraw a consent", "撤回同意"),
    Write("/v1/persons/{kept}/merge", "intake.merge_persons.v1", "persons:merge", 200, "persons", "Two records are one person", "合并同一人的记录"),
    Write("/v1/merges/{merge}/undo", "intake.undo_merge.v1", "persons:merge", 200, "persons", "They were two people after all", "撤销合并"),
    Write("/v1/persons/{person}/erasure", "intake.erase_person.v1", "persons:erase", 200, "persons", "Erase one person's data once no file need be kept", "删除个人信息（保管期满）"),
    Write("/v1/service-name-erasures", "intake.erase_named_services.v1", "persons:erase", 200, "persons", "Erase a name from services short of a case", "删除服务记录中的姓名"),
    Write("/v1/applications/{application}/grant", "intake.grant_application.v1", "applications:decide", 200, "applications", "Grant aid", "决定给予援助"),
    Write("/v1/applications/{application}/refuse", "intake.refuse_application.v1", "applications:decide", 200, "applications", "Refuse aid in writing, with reasons", "决定不予援助并说明理由"),
    Write("/v1/applications/{application}/withdraw", "intake.withdraw_application.v1", "applications:withdraw", 200, "applications", "Take an application back", "撤回申请"),
    Write("/v1/applications/{application}/papers-request", "intake.request_papers.v1", "applications:decide", 200, "applications", "Say once what papers are missing", "一次性告知补充材料"),
    Write("/v1/applications/{application}/papers", "intake.supply_papers.v1", "applications:file", 200, "applications", "Bring missing papers", "补充材料"),
    Write("/v1/applications/{application}/referral", "intake.refer_application.v1", "applications:file", 200, "applications", "Refer to the right organization, with its history", "转送有管辖权的单位"),
    Write("/v1/applications/{application}/objection", "intake.file_objection.v1", "applications:file", 200, "applications", "Object to a refusal before the justice bureau", "对不予援助决定提出异议"),
    Write("/v1/applications/{application}/objection/decision", "intake.decide_objection.v1", "applications:decide", 200, "applications", "Enter the bureau's decision on an objection", "登记司法行政部门的异议决定"),
    Write("/v1/firms", "assignment.register_firm.v1", "firms:register", 201, "lawyers", "Register a law firm", "登记律师事务所"),
    Write("/v1/firms/{firm}", "assignment.change_firm.v2", "firms:register", 200, "lawyers", "Change what is known of a firm", "变更律师事务所信息", "PATCH", edits=True),
    Write("/v1/lawyers", "assignment.register_lawyer.v1", "lawyers:register", 201, "lawyers", "Register a lawyer", "登记律师"),
    Write("/v1/lawyers/{lawyer}", "assignment.change_lawyer.v2", "lawyers:register", 200, "lawyers", "Change what is known of a lawyer; in another firm, conflicts are looked for again", "变更律师信息（转所时重新审查利益冲突）", "PATCH", edits=True),
    Write("/v1/volunteers", "assignment.register_volunteer.v1", "volunteers:register", 201, "lawyers", "Register a volunteer with what they offer", "登记志愿者"),
    Write("/v1/volunteers/{volunteer}", "assignment.change_volunteer.v2", "volunteers:register", 200, "lawyers", "Change what is known of a volunteer", "变更志愿者信息", "PATCH", edits=True),
    Write("/v1/lawyers/{lawyer}/state", "assignment.change_lawyer_state.v1", "lawyers:register", 200, "lawyers", "Make a lawyer inactive or active; open cases go on to others", "变更律师状态（案件自动转派）"),
    Write("/v1/absences", "assignment.record_absence.v1", "absences:record", 201, "lawyers", "Record that a lawyer is away", "登记律师请假"),
    Write("/v1/absences/{absence}/cancel", "assignment.cancel_absence.v1", "absences:record", 200, "lawyers", "The lawyer is there after all", "取消请假"),
    Write("/v1/duties", "assignment.set_duty.v1", "duties:plan", 201, "lawyers", "Plan a duty of standing lawyers", "安排值班"),
    Write("/v1/duty-plans", "assignment.plan_duties.v1", "duties:plan", 201, "lawyers", "Plan duties that come again, the lawyers in turn", "安排周期值班（律师轮值）"),
    Write("/v1/duty-plans/{plan}/withdraw", "assignment.withdraw_duties.v1", "duties:plan", 200, "lawyers", "End a recurring roster", "终止周期值班"),
    Write("/v1/duties/{duty}/staff", "assignment.staff_duty.v1", "duties:plan", 200, "lawyers", "Give a duty to another standing lawyer, or to nobody", "变更值班律师"),
    Write("/v1/duties/{one}/swap", "assignment.swap_duties.v1", "duties:plan", 200, "lawyers", "Swap two duties", "调换值班"),
    Write("/v1/cases/{case}/wishes", "assignment.set_wishes.v1", "wishes:set", 200, "cases", "Set what the recipient asks of the lawyer; lawyers are proposed anew", "登记受援人对律师的要求（重新推荐）", "PUT", edits=True),
    Write("/v1/cases/{case}/offers", "assignment.offer_case.v1", "offers:make", 201, "cases", "Offer the case to a lawyer, or to the best candidate", "向律师发出指派意向"),
    Write("/v1/offers/{offer}/answer", "assignment.answer_offer.v1", "offers:answer", 200, "cases", "Accept or decline an offer", "答复指派意向"),
    Write("/v1/backlog-plans", "assignment.plan_backlog.v1", "offers:make", 201, "cases", "Solve all waiting cases together; nothing is offered yet", "统筹指派待办案件（仅生成方案）"),
    Write("/v1/backlog-plans/{plan}/offers", "assignment.offer_backlog.v1", "offers:make", 200, "cases", "Make the offers of a plan", "按方案发出指派意向"),
    Write("/v1/cases/{case}/retainer", "assignment.record_retainer.v1", "cases:handle", 200, "cases", "Record retainer and power of attorney", "登记委托协议与授权委托书"),
    Write("/v1/cases/{case}/progress-reports", "assignment.report_progress.v1", "cases:handle", 201, "cases", "Report how the case goes", "报告办案进展"),
    Write("/v1/cases/{case}/parties", "assignment.add_party.v1", "parties:add", 201, "cases", "Add a party; conflicts are looked for again", "新增当事人（重新审查利益冲突）"),
    Write("/v1/parties/{party}/identity", "assignment.identify_party.v1", "parties:add", 200, "cases", "Add number or former names of a party; conflicts are looked at again", "补登当事人证件号码或曾用名（重新审查利益冲突）"),
    Write("/v1/conflicts/{conflict}/decision", "assignment.decide_conflict.v1", "conflicts:decide", 200, "cases", "Decide on a conflict of interest", "对利益冲突作出决定"),
    Write("/v1/cases/{case}/replacement-requests", "assignment.request_replacement.v1", "replacements:request", 201, "cases", "Note that the recipient asks for another lawyer", "登记受援人更换律师的请求"),
    Write("/v1/replacement-requests/{request}/decision", "assignment.decide_replacement.v1", "replacements:decide", 200, "cases", "Decide on another lawyer", "决定是否更换律师"),
    Write("/v1/cases/{case}/return", "assignment.return_case.v1", "cases:handle", 200, "cases", "Give a case back; the next lawyer is looked for", "退回案件"),
    Write("/v1/reassignments", "assignment.reassign_cases.v1", "offers:make", 200, "cases", "Give several cases to another lawyer, or preview it; one line for each case", "批量调整指派（可预览）"),
    Write("/v1/cases/{case}/termination", "assignment.terminate_case.v1", "cases:terminate", 200, "cases", "End the aid on a ground of law", "终止法律援助"),
    Write("/v1/cases/{case}/objection", "assignment.object_to_termination.v1", "terminations:object", 200, "cases", "Object to a termination before the justice bureau", "对终止法律援助决定提出异议"),
    Write("/v1/cases/{case}/objection/decision", "assignment.decide_termination_objection.v1", "cases:terminate", 200, "cases", "Enter the bureau's decision on an objection to a termination", "登记司法行政部门对终止援助异议的决定"),
    Write("/v1/cases/{case}/hearings", "assignment.schedule_hearing.v1", "cases:handle", 201, "cases", "Enter a hearing with date and place", "登记开庭"),
    Write("/v1/hearings/{hearing}/move", "assignment.move_hearing.v1", "cases:handle", 200, "cases", "A hearing takes place at another time or place", "变更开庭时间或地点"),
    Write("/v1/hearings/{hearing}/cancel", "assignment.cancel_hearing.v1", "cases:handle", 200, "cases", "A hearing does not take place", "取消开庭"),
    Write("/v1/cases/{case}/costs", "assignment.record_cost.v1", "cases:handle", 201, "cases", "Enter a direct cost", "登记直接费用"),
    Write("/v1/cases/{case}/labour-steps", "assignment.record_labour_step.v1", "cases:handle", 201, "cases", "Enter a step of a labour dispute", "登记劳动争议程序"),
    Write("/v1/cases/{case}/limits", "assignment.record_civil_date.v1", "cases:handle", 201, "cases", "Enter from when the limitation or the time to appeal runs", "登记诉讼时效或者上诉期起算日"),
    Write("/v1/cases/{case}/limits/close", "assignment.close_civil_date.v1", "cases:handle", 200, "cases", "The claim was brought, or the appeal filed", "登记已起诉或者已上诉"),
    Write("/v1/cases/{case}/end", "assignment.end_case.v1", "cases:handle", 200, "cases", "End the case with outcome and amounts", "结案（结果与金额）"),
    Write("/v1/cases/{case}/closing-file", "assignment.submit_closing_file.v1", "cases:handle", 200, "cases", "Hand in the closing file", "提交结案材料"),
    Write("/v1/cases/{case}/closing-file/return", "assignment.return_closing_file.v1", "closing-files:check", 200, "cases", "Give an incomplete closing file back", "退回补正结案材料"),
    Write("/v1/cases/{case}/subsidy/correction", "assignment.correct_subsidy.v1", "subsidies:pay", 200, "cases", "Count a subsidy anew: grade or costs were wrong", "更正补贴（等级或费用有误）"),
    Write("/v1/payment-runs", "assignment.run_payments.v1", "subsidies:pay", 201, "lawyers", "Pay all that is due until the end of a month", "按月批量支付补贴"),
    Write("/v1/firms/{firm}/release", "assignment.release_firm.v1", "lawyers:register", 200, "lawyers", "A firm leaves; its open cases go on to others", "律师事务所退出（案件自动转派）"),
    Write("/v1/offers/{offer}/withdraw", "assignment.withdraw_offer.v1", "offers:make", 200, "cases", "Take an open offer back", "撤回指派意向"),
    Write("/v1/cases/{case}/closing-file/check", "assignment.check_closing_file.v1", "closing-files:check", 200, "cases", "Check and grade the closing file", "审查结案材料并评定等级"),
    Write("/v1/cases/{case}/subsidy/payment", "assignment.pay_subsidy.v1", "subsidies:pay", 200, "cases", "Record that the subsidy was paid", "登记补贴支付"),
    Write("/v1/tasks/{task}/finish", "supervision.finish_task.v1", "tasks:finish", 200, "tasks", "Finish a task, confirmed", "完成任务（须确认）"),
    Write("/v1/tasks/{task}/take", "supervision.take_task.v1", "tasks:finish", 200, "tasks", "Make a task of several people one's own", "认领任务"),
    Write("/v1/tasks/{task}/hand-over", "supervision.hand_over_task.v1", "tasks:finish", 200, "tasks", "Give a task to other people", "转交任务"),
    Write("/v1/tasks/{task}/reopen", "supervision.reopen_task.v1", "tasks:finish", 200, "tasks", "Open a task again that was finished by hand", "重新打开任务"),
    Write("/v1/stand-ins", "supervision.set_stand_in.v1", "tasks:finish", 201, "tasks", "Name who stands in for a person", "设置替班人员"),
    Write("/v1/tasks", "supervision.give_task.v1", "tasks:give", 201, "tasks", "Give people something to do", "交办事项"),
    Write("/v1/tasks/{task}/notes", "supervision.note_task.v1", "tasks:finish", 201, "tasks", "A word about a task", "任务备注"),
    Write("/v1/plans", "supervision.start_plan.v1", "plans:set", 201, "oversight", "Start a plan that recurs", "启动周期计划"),
    Write("/v1/plans/{plan}", "supervision.change_plan.v1", "plans:set", 200, "oversight", "Change how a plan goes on", "变更周期计划", "PATCH", edits=True),
    Write("/v1/plans/{plan}/stop", "supervision.stop_plan.v1", "plans:set", 200, "oversight", "Stop a plan", "停止周期计划"),
    Write("/v1/samples", "supervision.draw_sample.v1", "samples:draw", 201, "oversight", "Draw a sample", "抽样"),
    Write("/v1/station-reports", "supervision.submit_report.v1", "station-reports:submit", 201, "oversight", "Submit a station's monthly report", "报送工作站月报"),
    Write("/v1/working-calendars", "supervision.import_calendar.v1", "calendars:import", 201, "tasks", "Import the working calendar of a year", "导入年度节假日安排"),
    Write("/v1/complaints", "supervision.open_complaint.v1", "complaints:open", 201, "oversight", "Open a complaint; anonymous too", "提出投诉（可匿名）"),
    Write("/v1/complaints/{complaint}/accept", "supervision.accept_complaint.v1", "complaints:decide", 200, "oversight", "Accept a complaint", "受理投诉"),
    Write("/v1/complaints/{complaint}/conclude", "supervision.conclude_complaint.v1", "complaints:decide", 200, "oversight", "Conclude a complaint with measures", "办结投诉及处理措施"),
    Write("/v1/complaints/{complaint}/answer", "supervision.answer_complaint.v1", "complaints:decide", 200, "oversight", "Answer the complainant", "答复投诉人"),
    Write("/v1/suspensions/{suspension}/lift", "supervision.lift_suspension.v1", "suspensions:lift", 200, "oversight", "Lift the suspension of a station or a lawyer", "解除对工作站或者律师的暂停"),
    Write("/v1/inspections", "supervision.record_inspection.v1", "inspections:record", 201, "oversight", "Record the inspection of a station", "登记工作站检查"),
    Write("/v1/meetings/prepare", "supervision.prepare_meeting.v1", "meetings:record", 201, "oversight", "Prepare and call a joint meeting", "筹备并通知联席会议"),
    Write("/v1/meetings", "supervision.record_meeting.v1", "meetings:record", 201, "oversight", "Record a joint meeting and its decisions", "登记联席会议及决定"),
    Write("/v1/notifications/{notification}/acknowledge", "notification.acknowledge.v1", "notifications:acknowledge", 200, "notifications", "Say that a notification was read", "确认已读通知"),
    Write("/v1/preferences", "notification.set_preferences.v1", "notifications:configure", 200, "notifications", "Set how I want to be told", "设置我的通知方式", "PUT", edits=True),
    Write("/v1/endpoints", "notification.register_endpoint.v1", "notifications:configure", 201, "notifications", "Register an address to be told at", "登记接收地址"),
    Write("/v1/endpoints/{endpoint}", "notification.change_endpoint.v2", "notifications:configure", 200, "notifications", "Pause, resume or remove an address, or change its secret", "变更接收地址", "PATCH", edits=True),
    Write("/v1/endpoints/{endpoint}/replay", "notification.replay_deliveries.v1", "notifications:configure", 200, "notifications", "Send again what an address missed", "补发未送达的通知"),
    Write("/v1/templates", "notification.set_template.v1", "templates:set", 200, "notifications", "Word a kind of notification in the center's own way", "设置通知模板", "PUT", edits=True),
)  # fmt: skip

READS = (
    Read("/v1/organizations", "intake.organizations", "organizations:read", "organizations", "Organizations of the network", "单位列表"),
    Read("/v1/organizations/{organization}", "intake.organization", "organizations:read", "organizations", "One organization with its calendar and settings", "单位详情（日历与设置）"),
    Read("/v1/stations", "intake.stations", "stations:read", "organizations", "Stations", "工作站列表"),
    Read("/v1/stations/nearest", "intake.nearest_stations", "stations:read", "organizations", "The nearest open doors for a place", "就近工作站"),
    Read("/v1/stations/{station}", "intake.station", "stations:read", "organizations", "One station with its standing and history", "工作站详情（达标情况与经过）"),
    Read("/v1/staff", "intake.staff", "staff:read", "organizations", "People who work in the network", "工作人员列表"),
    Read("/v1/imports", "intake.imports", "imports:read", "organizations", "Files of many rows", "批量导入列表"),
    Read("/v1/imports/{upload}", "intake.import", "imports:read", "organizations", "How far an import is", "批量导入进度"),
    Read("/v1/imports/{upload}/faults", "intake.import_faults", "imports:read", "organizations", "Every bad row of a file with its reason", "批量导入的错误行及原因"),
    Read("/v1/services", "intake.services", "services:read", "services", "Services given", "服务记录列表"),
    Read("/v1/pairs", "intake.pairs", "services:read", "services", "Pairs and their visits", "结对列表"),
    Read("/v1/applications", "intake.applications", "applications:read", "applications", "Applications", "申请列表"),
    Read("/v1/applications/{application}", "intake.application", "applications:read", "applications", "One application with eligibility and history", "申请详情（含资格审查与经过）"),
    Read("/v1/applications/{application}/papers", "intake.papers", "applications:read", "applications", "Official papers of an application", "申请的法律文书列表"),
    Read("/v1/persons", "intake.persons", "persons:read", "persons", "Register of people by recipient group, masked", "受援人群登记（脱敏）"),
    Read("/v1/persons/search", "intake.persons_search", "persons:read", "persons", "Who might this be? By number, document, or name and birth", "按证件或者姓名、出生日期查找", "POST"),
    Read("/v1/service-name-searches", "intake.named_services", "persons:erase", "persons", "Services short of a case and pairs under a name", "按姓名查找服务记录与结对", "POST"),
    Read("/v1/persons/{person}", "intake.person", "persons:read", "persons", "One person with consents; who looked is recorded", "人员详情（查阅留痕）"),
    Read("/v1/persons/{person}/export", "intake.person_export", "persons:erase", "persons", "Everything that is held about one person", "导出个人信息"),
    Read("/v1/persons/{person}/looks", "intake.looks", "audit:read", "persons", "Who was shown a person's data", "个人信息查阅记录"),
    Read("/v1/eligibility-rules", "intake.eligibility_rules", "eligibility:check", "applications", "What the rules of a day ask", "现行资格规则及所需信息"),
    Read("/v1/eligibility-checks", "intake.eligibility_check", "eligibility:check", "applications", "Check eligibility before anything is filed; nothing is stored", "资格预审（不保存）", "POST"),
    Read("/v1/applications/{application}/timeline", "supervision.timeline", "timeline:read", "applications", "What happened, from the knock to the return visit", "从受理到回访的时间线"),
    Read("/v1/firms", "assignment.firms", "firms:read", "lawyers", "Law firms", "律师事务所列表"),
    Read("/v1/lawyers", "assignment.lawyers", "lawyers:read", "lawyers", "Lawyers", "律师列表"),
    Read("/v1/volunteers", "assignment.volunteers", "volunteers:read", "lawyers", "Volunteers", "志愿者列表"),
    Read("/v1/absences", "assignment.absences", "absences:read", "lawyers", "Absences", "请假列表"),
    Read("/v1/duties", "assignment.duties", "duties:read", "lawyers", "Who is on duty where", "值班表"),
    Read("/v1/subsidy-statement", "assignment.statement", "statements:read", "lawyers", "A lawyer's subsidies of one month", "律师月度补贴表"),
    Read("/v1/payment-runs", "assignment.payment_runs", "proposals:read", "lawyers", "Payment runs with their sums", "补贴支付批次列表"),
    Read("/v1/payment-runs/{run}", "assignment.payment_run", "proposals:read", "lawyers", "A payment run with its list", "补贴支付批次清单"),
    Read("/v1/cases", "assignment.cases", "cases:read", "cases", "Cases", "案件列表"),
    Read("/v1/cases/{case}", "assignment.case", "cases:read", "cases", "One case", "案件详情"),
    Read("/v1/cases/{case}/closing-checklist", "assignment.closing_checklist", "cases:read", "cases", "What the closing file must hold, and what is there", "结案材料清单及缺项"),
    Read("/v1/cases/{case}/papers", "assignment.papers", "cases:read", "cases", "Official papers of a case", "案件的法律文书列表"),
    Read("/v1/cases/{case}/proposal", "assignment.proposal", "proposals:read", "cases", "Ranked lawyers with their reasons", "律师推荐名单及理由"),
    Read("/v1/backlog-plans", "assignment.backlog_plans", "proposals:read", "cases", "Plans for the waiting cases", "统筹指派方案列表"),
    Read("/v1/backlog-plans/{plan}", "assignment.backlog_plan", "proposals:read", "cases", "A plan for the waiting cases with its costs", "统筹指派方案"),
    Read("/v1/offers", "assignment.offers", "offers:read", "cases", "Offers; a lawyer sees their own", "指派意向列表"),
    Read("/v1/conflicts", "assignment.conflicts", "conflicts:read", "cases", "Conflicts of interest that were found", "利益冲突列表"),
    Read("/v1/hearings", "assignment.hearings", "cases:read", "cases", "Hearings in the order in which they take place", "开庭日程"),
    Read("/v1/tasks", "supervision.tasks", "tasks:read", "tasks", "Tasks", "任务列表"),
    Read("/v1/tasks/{task}", "supervision.task", "tasks:read", "tasks", "One task", "任务详情"),
    Read("/v1/undated-cases", "supervision.undated", "deadlines:read", "tasks", "Cases under way without any next date", "没有后续期限的在办案件"),
    Read("/v1/plans", "supervision.plans", "plans:read", "oversight", "Plans and their next occurrences", "周期计划及近期安排"),
    Read("/v1/plans/{plan}", "supervision.plan", "plans:read", "oversight", "One plan, with what came of it", "周期计划详情"),
    Read("/v1/plan-templates", "supervision.plan_templates", "plans:read", "oversight", "Plans to start, with their sources", "计划模板"),
    Read("/v1/samples", "supervision.samples", "samples:read", "oversight", "Samples that were drawn", "抽样列表"),
    Read("/v1/samples/{sample}", "supervision.sample", "samples:read", "oversight", "Who was drawn, and why", "抽样结果及理由"),
    Read("/v1/station-reports/draft", "supervision.report_draft", "station-reports:read", "oversight", "What is known of a station's month", "月报草稿（已有数据）"),
    Read("/v1/station-reports", "supervision.reports", "station-reports:read", "oversight", "Monthly reports of stations", "工作站月报列表"),
    Read("/v1/workload", "supervision.workload", "workload:read", "tasks", "Who has how much to do", "工作量"),
    Read("/v1/deadlines", "supervision.deadlines", "deadlines:read", "tasks", "Deadlines", "期限列表"),
    Read("/v1/complaints", "supervision.complaints", "complaints:read", "oversight", "Complaints", "投诉列表"),
    Read("/v1/complaints/{complaint}", "supervision.complaint", "complaints:read", "oversight", "One complaint", "投诉详情"),
    Read("/v1/complaints/{complaint}/traces", "supervision.complaint_traces", "audit:read", "oversight", "Who opened, decided and looked at a complaint", "投诉登记、处理及查阅记录"),
    Read("/v1/meetings/agenda", "supervision.agenda", "meetings:read", "oversight", "Agenda and report from figures and open problems", "会议议程与报告（自动汇总）"),
    Read("/v1/suspensions", "supervision.suspensions", "suspensions:read", "oversight", "Suspended stations and lawyers", "暂停工作情况"),
    Read("/v1/inspections", "supervision.inspections", "readiness:read", "oversight", "Inspections with findings and follow-up", "工作站检查及整改情况"),
    Read("/v1/readiness", "supervision.readiness", "readiness:read", "oversight", "Stations against the standard, and image projects", "工作站达标与活跃情况（含形象工程）"),
    Read("/v1/meetings", "supervision.meetings", "meetings:read", "oversight", "Joint meetings with their decisions", "联席会议及决定"),
    Read("/v1/clocks", "supervision.clocks", "deadlines:read", "tasks", "Limits in force, with their articles", "现行期限规则及依据"),
    Read("/v1/preferences", "notification.preferences", "notifications:read", "notifications", "How I want to be told", "我的通知方式"),
    Read("/v1/endpoints", "notification.endpoints", "notifications:read", "notifications", "Addresses to be told at", "接收地址列表"),
    Read("/v1/deliveries", "notification.deliveries", "notifications:read", "notifications", "Deliveries with their attempts", "送达记录"),
    Read("/v1/templates", "notification.templates", "templates:read", "notifications", "Words of the notifications", "通知模板列表"),
    Read("/v1/template-previews", "notification.template_preview", "templates:read", "notifications", "See a template with sample data", "预览通知模板", "POST"),
    Read("/v1/notification-searches", "notification.search", "notifications:read", "notifications", "Look for words in my notifications", "搜索我的通知", "POST"),
    Read("/v1/notification-counts", "notification.counts", "notifications:read", "notifications", "How many of my notifications still ask for something", "我的通知计数"),
    Read("/v1/notifications/{notification}", "notification.notification", "notifications:read", "notifications", "One of my notifications", "通知详情"),
    Read("/v1/notifications", "notification.notifications", "notifications:read", "notifications", "My notifications", "我的通知"),
    Read("/v1/figures/comparison", "supervision.comparison", "figures:read", "figures", "Figures beside the period before and a year ago", "统计数据同比环比"),
    Read("/v1/figures/facts", "supervision.facts", "figures:read", "figures", "What a sum is made of, thing by thing", "统计明细"),
    Read("/v1/figures", "supervision.figures", "figures:read", "figures", "Figures by organization, station, month and group", "统计数据"),
)  # fmt: skip

EXPORTS = (
    Export("/v1/figures/export", "supervision.figure_sheets", "figures:read", "figures", "Figures as a spreadsheet", "导出统计表"),
    Export("/v1/figures/facts/export", "supervision.fact_sheet", "figures:read", "figures", "What figures are made of, as a spreadsheet", "导出统计明细"),
)  # fmt: skip

TAGS = {
    "organizations": "Organizations, stations, staff · 单位、工作站、人员",
    "services": "Services short of a case · 咨询等服务",
    "applications": "From the knock to the decision · 申请与决定",
    "persons": "People, their consents and data · 人员、同意与个人信息",
    "lawyers": "Firms and lawyers · 律所与律师",
    "cases": "From the grant to the closing file · 指派与办案",
    "tasks": "Tasks and deadlines · 任务与期限",
    "oversight": "Complaints, inspections, joint meetings · 投诉、检查、联席会议",
    "notifications": "Notifications · 通知",
    "figures": "Figures · 统计",
    "commands": "What became of a command · 指令结果",
    "me": "The caller · 当前身份",
}
