"""The field's standard terms: every closed list that more than one service reads, with its Chinese words.

A term's key travels in messages; the words are for people. Forms of aid: LA 22. Matters: LA 31. Facts: LA 25, 32, 42.
"""

from __future__ import annotations

ORGANIZATION_KINDS = {
    "center": "法律援助中心",
    "womens_federation": "妇女联合会",
    "trade_union": "总工会",
    "youth_league": "共青团",
    "disabled_persons_federation": "残疾人联合会",
    "committee_on_aging": "老龄工作委员会",
    "charity": "慈善机构",
    "garrison": "驻军",
    "other": "其他",
}
STATION_LEVELS = {"city": "市级", "district": "区县级", "township": "乡镇（街道）级"}
STATION_KINDS = {
    "workstation": "法律援助工作站",
    "acceptance_point": "法律援助受理点",
    "contact_point": "法律援助联络点",
}
STATION_STATES = {"planned": "筹建中", "ready": "正常开展工作", "suspended": "暂停工作", "closed": "已撤销"}
STATION_ACTS = {"open": "启用", "suspend": "暂停", "resume": "恢复", "close": "撤销"}
AREAS = {"town": "城区", "country": "乡村"}
PARTS_OF_DAY = {"morning": "上午", "afternoon": "下午", "day": "全天"}
STAFF_ROLES = {
    "director": "中心主任",
    "officer": "中心工作人员",
    "organization_head": "单位负责人",
    "station_head": "工作站负责人",
    "liaison": "联络员",
    "auditor": "监督员",
}
CALLER_ROLES = {
    "center_admin": "中心管理员",
    "center_staff": "中心工作人员",
    "liaison": "联络员",
    "lawyer": "律师",
    "auditor": "监督员",
}
SERVICE_KINDS = {
    "advice": "法律咨询",
    "drafting": "代拟法律文书",
    "guidance": "引导申请",
    "lecture": "法治讲座",
    "exhibition": "普法展览",
    "dispute_investigation": "纠纷排查",
    "counselling": "心理疏导",
    "tutoring": "文化辅导",
    "pairing_visit": "结对帮扶走访",
}
SERVICE_CHANNELS = {"window": "窗口", "telephone": "电话", "network": "网络", "visit": "上门"}
RECIPIENT_GROUPS = {
    "worker": "职工",
    "migrant_worker": "农民工",
    "woman": "妇女",
    "minor": "未成年人",
    "elderly": "老年人",
    "disabled": "残疾人",
    "unemployed": "失业人员",
    "soldier": "军人",
    "soldier_family": "军人军属",
    "prisoner_child": "服刑人员子女",
    "other": "其他",
}
FORMS_OF_AID = {
    "advice": "法律咨询",
    "drafting": "代拟法律文书",
    "criminal_defence": "刑事辩护与代理",
    "civil_litigation": "民事、行政、国家赔偿诉讼及非诉讼代理",
    "duty_lawyer": "值班律师法律帮助",
    "labour_mediation_arbitration": "劳动争议调解与仲裁代理",
    "other": "其他形式",
}
MATTERS = {
    "state_compensation": "请求国家赔偿",
    "social_insurance_or_relief": "请求给予社会保险待遇或者社会救助",
    "death_or_injury_pension": "请求发给抚恤金",
    "maintenance_or_support": "请求给付赡养费、抚养费、扶养费",
    "labour_or_pay": "请求确认劳动关系或者支付劳动报酬",
    "incapacity": "请求认定公民无民事行为能力或者限制民事行为能力",
    "injury_compensation": "工伤、交通、食品药品、医疗事故人身损害赔偿",
    "pollution_damage": "环境污染、生态破坏损害赔偿",
    "marriage_family": "婚姻家庭",
    "domestic_violence": "遭受虐待、遗弃、家庭暴力",
    "heroes_honour": "英雄烈士近亲属维护英烈人格权益",
    "good_samaritan": "见义勇为主张民事权益",
    "retrial_acquittal": "再审改判无罪请求国家赔偿",
    "criminal_defence": "刑事辩护",
    "criminal_representation": "刑事代理",
    "other": "其他",
}
FACTS = {
    "abused": "遭受虐待",
    "abandoned": "遭受遗弃",
    "domestic_violence": "遭受家庭暴力",
    "hero_or_martyr_kin": "英雄烈士近亲属",
    "good_samaritan": "见义勇为",
    "retrial_acquitted": "再审改判无罪",
    "no_fixed_income": "无固定生活来源",
    "social_relief": "社会救助、司法救助或者优抚对象",
    "migrant_worker_claim": "农民工请求劳动报酬或者工伤赔偿",
    "visual_hearing_speech_disability": "视力、听力、言语残疾",
    "cannot_fully_discern": "不能完全辨认自己行为",
    "life_or_death_sentence_possible": "可能被判处无期徒刑、死刑",
    "trial_in_absentia": "缺席审判",
    "in_custody": "被羁押",
    "soldier_family_or_bereaved": "军人、军属或者遗属",
    "preservation_needed": "需要申请财产保全或者先予执行",
}
REFERRAL_GROUNDS = {
    "other_organization": "应由其他单位办理",
    "other_district": "应由其他区县办理",
    "other": "其他",
}
COMPETENCE_BASES = {
    "anywhere": "任何工作站",
    "office": "办案机关所在地",
    "office_else_arose": "办案机关所在地；尚无办案机关的，事由发生地",
    "office_or_arose": "争议处理机关所在地或者事由发生地",
}
COMPETENCE_OUTCOMES = {
    "here": "本区县有管辖权",
    "elsewhere": "应由其他区县办理",
    "anywhere": "任何工作站均可办理",
    "unknown": "尚不能确定",
}
PAIR_STATES = {"open": "结对中", "ended": "已结束"}
IMPORT_ACTS = {"check": "核对", "enter": "导入"}
IMPORT_KINDS = {
    "organizations": "单位",
    "stations": "工作站",
    "staff": "工作人员",
    "services": "服务记录",
    "firms": "律师事务所",
    "lawyers": "律师",
    "volunteers": "志愿者",
}
IMPORT_STATES = {
    "receiving": "接收中",
    "waiting": "待处理",
    "checked": "已核对（未导入）",
    "refused": "有误，未导入",
    "done": "已导入",
    "expired": "逾期未传完，已清除",
}
GENDERS = {"female": "女", "male": "男"}
RELATIONS = {"guardian": "监护人", "close_relative": "近亲属", "office": "办案机关或者监管场所"}
DOCUMENT_KINDS = {
    "passport": "护照",
    "permanent_residence": "外国人永久居留身份证",
    "hk_macao_permit": "港澳居民来往内地通行证",
    "taiwan_permit": "台湾居民来往大陆通行证",
    "birth_certificate": "出生医学证明",
    "household_register": "户口簿",
    "officer_card": "军官证",
    "other": "其他证件",
}
CONSENT_KINDS = {
    "identity": "身份证件号码等身份信息",
    "health": "医疗健康信息",
    "child_under_14": "不满十四周岁未成年人信息",
    "sharing": "向其他机关、单位核查或者提供",
}
CONSENT_GIVERS = {"person": "本人", "guardian": "监护人"}
CONSENT_FORMS = {"written": "书面", "electronic": "电子签名", "oral_recorded": "口头并记录"}
OFFICE_KINDS = {"court": "人民法院", "procuratorate": "人民检察院", "public_security": "公安机关"}
DEFENCE_GROUNDS = {
    "minor": "未成年人",
    "visual_hearing_speech_disability": "视力、听力、言语残疾人",
    "cannot_fully_discern": "不能完全辨认自己行为的成年人",
    "life_or_death_sentence_possible": "可能被判处无期徒刑、死刑的人",
    "death_review": "申请法律援助的死刑复核案件被告人",
    "trial_in_absentia": "缺席审判案件的被告人",
    "other": "法律法规规定的其他人员",
}
CRIMINAL_STAGES = {
    "investigation": "侦查",
    "prosecution": "审查起诉",
    "first_instance": "一审",
    "second_instance": "二审",
    "death_review": "死刑复核",
    "retrial": "再审",
}
URGENCIES = {"normal": "一般", "urgent": "紧急"}
ELIGIBILITY_OUTCOMES = {"eligible": "符合条件", "not_eligible": "不符合条件", "unknown": "尚不能确定"}
HARDSHIP_OUTCOMES = {
    "met": "经济困难条件成立",
    "not_met": "经济困难条件不成立",
    "waived": "不受经济困难条件限制",
    "presumed": "免予核查经济困难状况",
    "passported": "凭所领救助直接认定",
    "not_required": "无需经济困难条件",
    "unknown": "材料不足",
}
APPLICATION_STATES = {
    "received": "已受理待决定",
    "granted": "决定给予援助",
    "refused": "决定不予援助",
    "withdrawn": "已撤回",
    "awaiting_papers": "待补正材料",
    "objected": "已提出异议",
    "upheld": "维持不予援助",
}
OBJECTION_OUTCOMES = {"upheld": "维持不予援助决定", "overturned": "责令给予援助"}
CASE_STATES = {
    "proposed": "待指派",
    "offered": "待律师答复",
    "assigned": "已指派",
    "retained": "已签委托协议",
    "ended": "已结案待归档",
    "filed": "已归档待审查",
    "closed": "审查完毕",
    "unassigned": "候选用尽",
}
OFFER_STATES = {
    "open": "待答复", "accepted": "已接受", "declined": "已谢绝", "lapsed": "逾期未答复", "recalled": "已收回",
}  # fmt: skip
LANGUAGES = {
    "cantonese": "粤语",
    "hakka": "客家话",
    "minnan": "闽南语",
    "uyghur": "维吾尔语",
    "tibetan": "藏语",
    "mongolian": "蒙古语",
    "kazakh": "哈萨克语",
    "korean": "朝鲜语",
    "zhuang": "壮语",
    "yi": "彝语",
    "miao": "苗语",
    "hui_dialect": "回族方言",
    "sign_language": "手语",
    "english": "英语",
    "russian": "俄语",
    "japanese": "日语",
    "other": "其他语言",
}
VOLUNTEER_WORK = {
    "legal_education": "法治宣传",
    "tutoring": "文化辅导",
    "counselling": "心理咨询",
    "pairing": "一对一结对帮扶",
    "translation": "翻译",
    "accompaniment": "陪同办事",
    "other": "其他志愿服务",
}
STAGES = {
    "mediation": "调解",
    "arbitration": "仲裁",
    "first_instance": "一审",
    "second_instance": "二审",
    "retrial": "再审",
    "enforcement": "执行",
    "non_litigation": "非诉讼",
}
CASE_OUTCOMES = {
    "won": "胜诉",
    "partly_won": "部分胜诉",
    "lost": "败诉",
    "settled": "和解",
    "mediated": "调解结案",
    "non_litigation": "非诉讼办结",
    "withdrawn": "撤诉",
    "terminated": "终止援助",
}
AMOUNT_KINDS = {
    "hardship_assistance": "经济帮助",
    "mental_distress": "精神损害赔偿",
    "common_property": "夫妻共同财产",
    "maintenance": "赡养、抚养、扶养费",
    "pay": "劳动报酬",
    "injury_compensation": "人身损害赔偿",
    "insurance_or_relief": "社会保险、救助",
    "state_compensation": "国家赔偿",
    "loss_avoided": "避免损失",
    "other": "其他",
}
GRADES = {"excellent": "优秀", "good": "良好", "pass": "合格", "fail": "不合格"}
CLOCK_KINDS = {
    "decide": "作出决定",
    "later_papers": "收齐后补材料",
    "assign": "指派律师",
    "answer_offer": "答复指派意向",
    "retainer": "签订委托协议",
    "closing_file": "提交结案材料",
    "closing_completion": "补正结案材料",
    "closing_check": "审查结案材料",
    "subsidy": "支付补贴",
    "return_visit": "回访受援人",
    "objection": "办理异议",
    "termination_objection": "办理终止援助异议",
    "replacement": "决定更换律师",
    "conflict": "处理利益冲突",
    "reassign": "另行指派律师",
    "assign_restored": "恢复援助后指派律师",
    "hearing": "出庭",
    "labour_mediation": "劳动争议调解",
    "labour_arbitration": "申请劳动仲裁",
    "labour_award": "取得仲裁裁决",
    "labour_suit": "不服裁决提起诉讼",
    "labour_appeal": "提起上诉",
    "civil_limitation": "诉讼时效届满前主张权利",
    "civil_appeal": "上诉期届满前提起上诉",
    "complaint_accept": "决定是否受理投诉",
    "complaint_conclude": "办结投诉",
    "complaint_answer": "书面答复投诉人",
    "follow_up": "落实检查整改",
    "reinspection": "复查工作站",
    "decision": "落实联席会议决定",
    "reach": "核实联系方式",
    "monthly_report": "报送工作站月报",
    "inspection": "实地检查工作站",
    "interview": "电话访谈工作站",
    "sampled_visit": "抽样回访受援人",
    "file_check": "抽查案卷",
    "court_observation": "旁听庭审",
    "peer_review": "同行评估案件质量",
    "center_review": "评议法律援助中心",
    "joint_meeting": "召开联席会议",
    "attend_meeting": "出席联席会议",
    "errand": "办理交办事项",
    "forward": "办案机关转交在押人员申请",
}
NOTIFICATION_KINDS = {
    "aid_may_end": "可能终止援助",
    "application_referred": "申请转入",
    "application_refused": "不予援助",
    "candidates_exhausted": "候选用尽",
    "case_taken_back": "案件不再由其承办",
    "case_terminated": "终止援助",
    "closing_file_checked": "结案材料审查结果",
    "closing_file_returned": "结案材料退回",
    "deadline_escalated": "逾期上报",
    "deadline_overdue": "逾期",
    "deadline_reminded": "到期提醒",
    "endpoint_failed": "接收地址失效",
    "fee_reported": "收费举报",
    "feedback_poor": "评价较低",
    "feedback_recorded": "回访反馈",
    "hearing_cancelled": "取消开庭",
    "hearing_scheduled": "开庭安排",
    "lawyer_assigned": "已指派律师",
    "lawyer_resumed": "恢复承办",
    "lawyer_suspended": "暂停承办",
    "offer_made": "指派意向",
    "offer_withdrawn": "收回指派意向",
    "station_resumed": "工作站恢复工作",
    "station_suspended": "工作站暂停工作",
    "subsidy_paid": "补贴已支付",
    "suspended_cases": "暂停承办律师的在办案件",
    "task_opened": "新任务",
    "task_to_know": "知悉事项",
    "termination_objection_decided": "终止援助异议的决定",
    "unacknowledged": "紧急事项无人确认",
}
PLAN_KINDS = (
    "monthly_report", "inspection", "interview", "sampled_visit", "file_check", "court_observation", "peer_review",
    "center_review", "joint_meeting",
)  # fmt: skip
PLAN_STATES = {"running": "执行中", "stopped": "已停止", "ended": "已到期"}
MOVES = {"next": "顺延至下一工作日", "previous": "提前至上一工作日", "stay": "不变"}
MISFIRES = {"each": "逐次补办", "latest": "只补办最近一次", "skip": "不补办"}
OCCURRENCE_STATES = {"opened": "已布置", "skipped": "未补办"}
SAMPLE_POOLS = {
    "closed_cases": "已归档案件",
    "ended_cases": "已办结案件",
    "hearings": "即将开庭的案件",
    "stations": "工作站",
}
MEETING_STATES = {"prepared": "已筹备", "held": "已召开"}
TASK_ACTS = {"taken": "认领", "handed_over": "转交", "reopened": "重新打开", "noted": "备注", "finished": "完成"}
COMPLAINT_SUBJECTS = {
    "fee": "收取费用或者财物",
    "conduct": "服务态度与行为规范",
    "delay": "拖延办理",
    "quality": "服务质量",
    "other": "其他",
}
COMPLAINT_CHANNELS = {
    "hotline": "投诉热线",
    "window": "来访",
    "letter": "来信",
    "network": "网络",
    "return_visit": "回访",
}
COMPLAINT_STATES = {
    "received": "待决定是否受理",
    "accepted": "已受理",
    "concluded": "已办结待答复",
    "answered": "已答复",
}
COMPLAINT_ACTS = {
    "opened": "登记投诉",
    "accepted": "受理",
    "concluded": "办结",
    "answered": "答复",
    "looked": "查阅",
}
COMPLAINT_CONCLUSIONS = {
    "substantiated": "属实",
    "partly_substantiated": "部分属实",
    "unfounded": "不属实",
    "not_accepted": "不予受理",
    "withdrawn": "投诉人撤回",
}
COMPLAINT_MEASURES = {
    "refund": "退还财物",
    "warning": "批评教育",
    "training": "责令培训",
    "suspend_station": "暂停工作站工作",
    "suspend_lawyer": "暂停律师承办案件",
    "transferred": "移送有关机关",
}
IMAGE_PROJECT_REASONS = {"training": "负责人长期未经培训", "nameplate": "长期未设标牌", "work": "长期未实际开展工作"}
STATION_STANDARD = {
    "head": "有负责人",
    "head_trained": "负责人经中心培训",
    "room": "有专门场所和设施",
    "nameplate": "统一标牌",
    "publicity_column": "宣传栏",
    "duties_posted": "职责、流程、行为规范上墙",
    "registers": "台账齐全",
    "no_fees": "未收取任何费用",
}
TASK_STATES = {"open": "待办", "finished": "已完成", "cancelled": "已取消"}
TASK_OUTCOMES = {"done": "完成", "not_reached": "未能联系上", "declined": "对方谢绝", "not_needed": "无需办理"}
