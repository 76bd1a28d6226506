"""Every way in which the platform says no, by its stable slug: the ``type`` of an RFC 9457 problem document.

``detail`` texts are ``str.format`` templates over the parameters that the refusing code gives; parameters hold
numbers, codes and terms, never personal data. Terms are said in words (wording.py) and go along as they are.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """HTTP status, and title and detail in both languages."""

    status: int
    title_en: str
    title_zh: str
    detail_en: str
    detail_zh: str


PROBLEMS = {
    # everywhere
    "not-found": Problem(
        404, "Not found", "未找到", "There is no such {what} that you may see.", "没有您可以查看的该项内容（{what}）。"
    ),
    "forbidden": Problem(
        403, "Not allowed", "无权操作", "The role {role} may not do this.", "“{role}”无权进行此操作。"
    ),
    "invalid": Problem(
        422, "Invalid content", "内容无效", "Some fields are not valid; see errors.", "部分字段无效，详见 errors。"
    ),
    "version-conflict": Problem(
        412,
        "Changed meanwhile",
        "内容已被他人更改",
        "You saw version {expected}, it is at version {actual}: read it again and decide anew.",
        "您看到的是第 {expected} 版，现为第 {actual} 版：请重新读取后再决定。",
    ),
    "version-needed": Problem(
        428,
        "Which version did you see?",
        "须指明所见版本",
        "This overwrites what is there: read it, and send its ETag as If-Match (or its version in the body).",
        "此操作会覆盖现有内容：请先读取，并以 If-Match 发送其 ETag（或在内容中给出 version）。",
    ),
    "wrong-state": Problem(
        409,
        "Not possible in this state",
        "当前状态下不可操作",
        "The {of} is {state}: it is not possible now to {act}; possible: {allowed}.",
        "{of}目前的状态为“{state}”，不能{act}；可以：{allowed}。",
    ),
    "duplicate": Problem(
        409, "Already there", "已存在", "This is there already: {what} {key}.", "已存在相同的{what}：{key}。"
    ),
    "unknown-organization": Problem(
        422,
        "Unknown organization",
        "单位不存在",
        "There is no organization {code} that you may use.",
        "没有您可以使用的单位 {code}。",
    ),
    "unknown-station": Problem(
        422,
        "Unknown station",
        "工作站不存在",
        "There is no station {code} that you may use.",
        "没有您可以使用的工作站 {code}。",
    ),
    "impossible-date": Problem(
        422,
        "Impossible date",
        "日期不可能",
        "{field} is {value}; it must lie between {earliest} and {latest}.",
        "{field} 为 {value}，应在 {earliest} 与 {latest} 之间。",
    ),
    # intake: files of many rows
    "wrong-batch": Problem(
        422,
        "Not a piece of this file",
        "不是该文件的一部分",
        "The file was announced with {batches} pieces, numbered from 0; there is no piece {piece}.",
        "该文件共 {batches} 段，从 0 起编号；没有第 {piece} 段。",
    ),
    "more-rows-than-announced": Problem(
        422,
        "More rows than announced",
        "行数超过预告",
        "The file was announced with {rows} rows; this piece goes beyond.",
        "该文件预告 {rows} 行；这一段已超出。",
    ),
    # intake: people and figures
    "who-is-it": Problem(
        422,
        "Not enough to know who this is",
        "无法确认身份",
        "Give an identity number, another document, or the day of birth.",
        "请提供身份证号码、其他证件或者出生日期。",
    ),
    "same-person": Problem(
        409,
        "Known already?",
        "可能已有记录",
        "People of this name and birth are known: {candidates}. Say `person` with one of them, or `another_person`.",
        "已有同名同出生日期的人员记录：{candidates}。请用 person 指明同一人，或者用 another_person 说明是另一人。",
    ),
    "another-name": Problem(
        409,
        "Another name under this number",
        "该号码下姓名不一致",
        "The record {person} has this identity number and another name. Correct the number or the name; if she or he "
        "is now called so, say `person` with this record.",
        "记录 {person} 使用该身份证号码，但姓名不同。请更正号码或者姓名；本人确已更名的，请用 person 指明该记录。",
    ),
    "another-birth": Problem(
        422,
        "Another day of birth",
        "出生日期不一致",
        "The day of birth is not the one in the identity number.",
        "出生日期与身份证号码所载不一致。",
    ),
    "two-records": Problem(
        409,
        "Two records",
        "两份人员记录",
        "The identity number, the document and `person` do not belong to one record: correct them, or merge the records.",
        "身份证号码、其他证件与 person 所指的不是同一份人员记录：请更正，或者合并记录。",
    ),
    "another-number": Problem(
        409,
        "Another identity number",
        "身份证号码不一致",
        "That record has an identity number already, and this is another one: they are two people, or merge the records.",
        "该记录已有另一身份证号码：如系两人请分别登记，如系一人请合并记录。",
    ),
    "lawyer-needed": Problem(
        422,
        "Which lawyer?",
        "请指明律师",
        "A statement is that of one lawyer, and so is what is still due for a case to a former one: say whose with `lawyer`.",
        "补贴表按律师生成，应付给前承办律师的款项亦同：请用 lawyer 指明是哪位律师。",
    ),
    "person-erased": Problem(
        409,
        "Data erased",
        "个人信息已删除",
        "The data of that record were erased: nothing is entered there any more. For a new application leave `person` away.",
        "该记录的个人信息已删除，不能再登记任何内容；新的申请请不要填写 person，另建新记录。",
    ),
    "unusable-figure": Problem(
        422,
        "Figure not usable",
        "数据项无法使用",
        "{name} is not usable: {why}",
        "数据项 {name} 无法使用：{why}",
    ),
    "unknown-jurisdiction": Problem(
        422,
        "No such rules",
        "没有该地区的规则",
        "There are no eligibility rules for {jurisdiction} on {day}; known: {known}.",
        "没有 {jurisdiction} 在 {day} 适用的资格规则；现有：{known}。",
    ),
    "cannot-merge": Problem(
        409,
        "Cannot be one person",
        "不能合并",
        "These records cannot become one: {why}.",
        "这两条记录不能合并：{why}。",
    ),
    "merge-undone": Problem(
        409,
        "Undone already",
        "已撤销",
        "This merge was undone, or its record was merged on since.",
        "该合并已撤销，或者其后又有合并。",
    ),
    "guardian-consents": Problem(
        422,
        "A guardian consents",
        "须由监护人同意",
        "For a child under 14 the guardian consents and is named (PIPL 31).",
        "不满十四周岁的，由监护人同意并注明监护人（个人信息保护法第三十一条）。",
    ),
    "not-a-child": Problem(
        422,
        "Not a child under 14",
        "不是不满十四周岁的儿童",
        "The person was 14 or older on {day}: no guardian's consent for a child is recorded (PIPL 31).",
        "当事人在 {day} 已满十四周岁：不登记监护人对儿童信息的同意（个人信息保护法第三十一条）。",
    ),
    "consent-withdrawn": Problem(
        409, "Withdrawn already", "已撤回", "This consent was withdrawn before.", "该同意已经撤回。"
    ),
    "matter-open": Problem(
        409,
        "A matter is open",
        "尚有未结事项",
        "Nothing is erased while these are open: {numbers}.",
        "以下事项尚未办结，不能删除：{numbers}。",
    ),
    "kept-by-law": Problem(
        409,
        "Files must be kept",
        "档案保管期未满",
        "The files must be kept until {day}; then the data can be erased.",
        "档案须保管至 {day}，期满后方可删除。",
    ),
    "nothing-to-amend": Problem(
        422, "Nothing to amend", "没有更正内容", "Name at least one field to correct.", "请至少填写一项要更正的内容。"
    ),
    # notification
    "no-person": Problem(
        422,
        "No person",
        "未指明人员",
        "This credential belongs to no person, and the request names none.",
        "该凭证不属于任何个人，请求也未指明人员。",
    ),
    "bad-address": Problem(
        422,
        "Address not usable",
        "地址不可用",
        "This is not an address that {channel} can use.",
        "该地址不能用于 {channel}。",
    ),
    "bad-secret": Problem(
        422,
        "Secret not usable",
        "密钥不可用",
        "A webhook needs a secret: whsec_ and 24 to 64 random bytes in base64. That of WeCom's callback is its Token, its "
        "EncodingAESKey (43 characters) and, of an app, its ReceiveId, with spaces between.",
        "网络回调须有密钥：whsec_ 加 24 至 64 字节随机数的 base64 编码。企业微信回调的密钥为 Token、EncodingAESKey（43 位）以及"
        "应用的 ReceiveId，中间以空格分隔。",
    ),
    "bad-template": Problem(
        422,
        "Template not usable",
        "模板不可用",
        "The template cannot be used: {reason}",
        "模板不可用：{reason}",
    ),
    "too-many-streams": Problem(
        429,
        "Too many streams",
        "实时连接过多",
        "One key may have {limit} streams open, and this process has room for so many: close one, or try again shortly.",
        "一个密钥最多同时打开 {limit} 个实时连接，且本进程容量有限：请关闭一个，或者稍后重试。",
    ),
    "link-expired": Problem(
        410,
        "The link has expired",
        "链接已过期",
        "Nothing was done: use the platform, or ask for a new link.",
        "没有执行任何操作：请登录系统办理，或者获取新的链接。",
    ),
    "calendar-ended": Problem(
        410,
        "The calendar feed has ended",
        "日历订阅已注销",
        "This address was revoked, or the key that made it was: make a new feed.",
        "该订阅地址已注销，或者生成该地址的密钥已失效：请重新生成。",
    ),
    "bad-signature": Problem(
        401,
        "Not signed, or not in time",
        "签名无效或已过时",
        "The callback must be signed with the endpoint's secret and carry the present time (five minutes at most).",
        "回调须以接收地址的密钥签名，且时间戳与当前时间相差不超过五分钟。",
    ),
    "half-quiet": Problem(
        422,
        "Half a quiet time",
        "免打扰时段不完整",
        "Quiet hours need both their beginning and their end.",
        "免打扰时段须同时给出开始和结束时间。",
    ),
    # gateway
    "malformed-json": Problem(
        400,
        "Not readable JSON",
        "JSON 无法读取",
        "The body is not one JSON object with one meaning: {reason}.",
        "请求内容不是含义唯一的 JSON 对象：{reason}。",
    ),
    "bad-header": Problem(
        400,
        "Header not understood",
        "请求头无法理解",
        "The header {header} must be {expected}.",
        "请求头 {header} 应为 {expected}。",
    ),
    "bad-request": Problem(
        400, "Request not understood", "请求无法理解", "The request could not be read.", "无法读取该请求。"
    ),
    "address-too-long": Problem(
        414, "Address too long", "地址过长", "The address of the request is too long.", "请求的地址过长。"
    ),
    "headers-too-large": Problem(
        431,
        "Headers too large",
        "请求头过大",
        "The headers of the request are too many or too long.",
        "请求头过多或过长。",
    ),
    "unauthenticated": Problem(
        401,
        "Who is calling?",
        "未验证身份",
        "A valid API key is needed: 'Authorization: Bearer prefix.secret'.",
        "需要有效的接口密钥：'Authorization: Bearer prefix.secret'。",
    ),
    "method-not-allowed": Problem(
        405, "Method not allowed", "不支持的方法", "This path takes: {allowed}.", "该路径支持：{allowed}。"
    ),
    "not-acceptable": Problem(
        406,
        "No such form",
        "无此格式",
        "This path answers {kinds}; the request's Accept takes none of these.",
        "该路径的答复格式为 {kinds}，请求的 Accept 不接受其中任何一种。",
    ),
    "one-sheet": Problem(
        422,
        "One table at a time",
        "一次只能导出一张表",
        "A CSV file holds one table: name it as `sheet`, one of {sheets}, or ask for XLSX.",
        "CSV 文件只能包含一张表：请用 `sheet` 指明其一（{sheets}），或者改用 XLSX。",
    ),
    "too-many-rows": Problem(
        422,
        "Too many rows",
        "行数过多",
        "An XLSX file holds {most} rows at most: narrow the period or the scope, or ask for CSV.",
        "XLSX 文件最多 {most} 行：请缩小期间或范围，或者改用 CSV。",
    ),
    "idempotency-in-progress": Problem(
        409,
        "Still under way",
        "仍在处理中",
        "The command with this Idempotency-Key is still under way; look at its Location.",
        "使用该幂等键的指令仍在处理，请查看 Location。",
    ),
    "too-large": Problem(
        413, "Too large", "内容过大", "A body may have {limit} bytes at most.", "请求内容最多 {limit} 字节。"
    ),
    "unsupported-media-type": Problem(
        415,
        "Content type not supported",
        "不支持的内容类型",
        "Send the body as application/json in UTF-8, not compressed.",
        "请以 UTF-8 编码的 application/json 发送内容，不要压缩。",
    ),
    "idempotency-conflict": Problem(
        422,
        "Idempotency key used for something else",
        "幂等键已用于其他请求",
        "This Idempotency-Key was sent before with another path or body.",
        "该幂等键此前已用于不同的路径或内容。",
    ),
    "rate-limited": Problem(
        429,
        "Too many requests",
        "请求过于频繁",
        "At most {limit} requests; try again in {seconds} s.",
        "最多 {limit} 次请求，请在 {seconds} 秒后重试。",
    ),
    "internal": Problem(
        500,
        "A fault on our side",
        "系统内部错误",
        "Something went wrong here; tell the operator the request id.",
        "系统出现错误，请将请求编号告知管理员。",
    ),
    "held": Problem(
        500,
        "Kept for an operator",
        "已留待管理员处理",
        "The command is not lost: it could not be carried out and is kept for an operator. Do not send it again.",
        "指令未丢失：暂时无法执行，已留待管理员处理，请勿重复发送。",
    ),
    "given-up": Problem(
        410,
        "Given up by an operator",
        "管理员已放弃执行",
        "The command could not be carried out, and an operator gave it up: it had no effect. Ask the operator why; "
        "if it is still needed, send it as a new command with another Idempotency-Key.",
        "指令无法执行，管理员已放弃：未产生任何效果。请向管理员了解原因；仍需办理的，请用新的 Idempotency-Key 重新提交。",
    ),
    "erased-meanwhile": Problem(
        410,
        "Erased meanwhile",
        "所涉个人信息已删除",
        "The command was not carried out: the data of the person whom it names were erased before it could be.",
        "指令未执行：所涉人员的个人信息在执行之前已被删除。",
    ),
    "service-unavailable": Problem(
        503,
        "Service not available",
        "服务暂不可用",
        "{service} does not answer now; try again shortly. Other paths may work.",
        "{service} 暂无响应，请稍后重试；其他路径可能正常。",
    ),
    # assignment
    "no-candidate": Problem(
        409,
        "Nobody left to ask",
        "没有可指派的律师",
        "No lawyer may be asked for this case now: register more, or name one with a reason.",
        "目前没有可以指派的律师：请登记更多律师，或说明理由后指定一名。",
    ),
    "lawyer-not-eligible": Problem(
        409,
        "This lawyer may not take it",
        "该律师不能承办或者值班",
        "It cannot be: {rule}. This is not set aside.",
        "{rule}，不能例外。",
    ),
    "swapped-with-itself": Problem(
        422,
        "Swapped with itself",
        "与自身调换",
        "A duty is swapped with another one: name two.",
        "调换须指明两次不同的值班。",
    ),
    "reason-needed": Problem(
        422,
        "A reason is needed",
        "需要说明理由",
        "This is done only with a reason, which is kept: say why.",
        "此项操作须说明理由，理由将记录在案。",
    ),
    "impossible-amount": Problem(
        422,
        "Impossible amount",
        "金额不可能",
        "An amount and the sum of all must lie between 1 and {most} fen.",
        "每项金额及合计须在 1 至 {most} 分之间。",
    ),
    "already-paid": Problem(
        409,
        "Paid already",
        "已支付",
        "The subsidy of {number} was paid on {day}; it is paid once.",
        "{number} 的补贴已于 {day} 支付，不得重复支付。",
    ),
    "nothing-said": Problem(
        422,
        "Nothing would change",
        "未作任何更改",
        "The message names nothing that could be kept or done: fill in at least one of its fields.",
        "请求未包含可登记或可办理的内容，请至少填写一项。",
    ),
    "ground-needed": Problem(
        422,
        "Aid ends early only on a ground of law",
        "终止援助须有法定情形",
        "The center terminates aid by a decision of its own, with ground and reasons (LA 48).",
        "终止援助须由法律援助中心另行作出决定，写明法定情形和理由（LA 48）。",
    ),
    "nothing-to-pay": Problem(
        409,
        "Nothing to pay",
        "无应付补贴",
        "No subsidy is due for {number}.",
        "{number} 没有应付的补贴。",
    ),
    "conflict-open": Problem(
        409,
        "Conflict of interest",
        "存在利益冲突",
        "The lawyer's conflict with {number} stands: the case needs another lawyer first.",
        "承办律师与 {number} 存在利益冲突，须先更换律师。",
    ),
    "mediation-first": Problem(
        409,
        "Mediation comes first",
        "应先行调解",
        "A labour dispute goes to mediation before {step}: record how it ended, 15 days without a result, or why it is waived.",
        "劳动争议在{step}之前应先行调解：请登记调解结果、满十五日未达成协议，或说明不经调解的理由。",
    ),
    "not-a-labour-dispute": Problem(
        409, "Not a labour dispute", "不是劳动争议", "{number} is no labour dispute.", "{number} 不是劳动争议案件。"
    ),
    "not-in-order": Problem(
        409,
        "Not the next step",
        "步骤顺序不符",
        "After {after}, {step} is not possible; possible: {allowed}.",
        "在“{after}”之后不能进行“{step}”；可进行：{allowed}。",
    ),
    "documents-missing": Problem(
        422,
        "Documents are missing",
        "结案材料不全",
        "The closing file of such a case needs: {missing}.",
        "此类案件的结案材料还缺：{missing}。",
    ),
    # supervision
    "unknown-person": Problem(
        422,
        "Unknown person",
        "人员不存在",
        "There is no such person to whom this can be given.",
        "没有可以交办的该人员。",
    ),
    "not-handed-over": Problem(
        409,
        "Cannot be handed over",
        "不能转交",
        "A task of kind {kind} belongs to the lawyer of the case and moves only with the case.",
        "此类任务（{kind}）由承办律师负责，只能随案件一并变更。",
    ),
    "impossible-calendar": Problem(
        422,
        "Not the calendar of a year",
        "节假日安排有误",
        "The lists of days of {year} do not fit: {why}.",
        "{year} 年的节假日安排有误：{why}。",
    ),
    "finished-by-act": Problem(
        409,
        "Finished by the act itself",
        "须由相应办理行为完成",
        "A task of kind {kind} is finished by the act that it asks for, not by hand.",
        "此类任务（{kind}）须由相应的办理行为完成，不能手工办结。",
    ),
    "bad-plan": Problem(
        422,
        "No plan that can recur",
        "计划无法执行",
        "The plan's {field} cannot be used: {why}.",
        "计划的 {field} 无法使用：{why}。",
    ),
    "idle-unexplained": Problem(
        422,
        "Say why nothing was done",
        "须说明原因",
        "No real work was recorded for {month}; the report must say why (idle_reason).",
        "{month} 没有实际工作记录，月报须说明原因（idle_reason）。",
    ),
    "grade-needed": Problem(
        422,
        "A grade is asked for",
        "须给出等次",
        "A task of kind {kind} is done with a grade.",
        "此类任务（{kind}）须给出评估等次后方可完成。",
    ),
    # intake
    "duplicate-application": Problem(
        409,
        "Applied already",
        "重复申请",
        "The same person's application {number} for the same matter is still undecided here.",
        "同一申请人就同一事项的申请 {number} 在本单位尚未作出决定。",
    ),
    "referred-on": Problem(
        409,
        "Referred on",
        "已转交",
        "{number} was referred to {organization}, which acts on it now; you may read it.",
        "{number} 已转交 {organization}，现由该单位办理；您可以查看。",
    ),
    "duplicate-notice": Problem(
        409,
        "Notified already",
        "重复通知",
        "This office's notice of the same stage and charge is taken in already: {number}.",
        "该办案机关就同一诉讼阶段、同一案由的通知已经接收：{number}。",
    ),
    "papers-told-already": Problem(
        409,
        "Told already",
        "已一次性告知",
        "Missing papers are told once; for {number} that was on {day}.",
        "补正材料须一次性告知；{number} 已于 {day} 告知。",
    ),
    "not-a-minor": Problem(
        422,
        "Not a minor",
        "不是未成年人",
        "The defendant was of age on {day}: correct the ground or the day of birth.",
        "被告人（犯罪嫌疑人）在 {day} 已满十八周岁：请更正指派事由或者出生日期。",
    ),
    "not-urgent": Problem(
        409,
        "Not urgent",
        "非紧急情形",
        "Papers come later only in urgent cases; {number} is not one.",
        "仅紧急情形可先行援助后补材料；{number} 不属于紧急情形。",
    ),
    "no-papers-awaited": Problem(
        409,
        "No papers are awaited",
        "无待补材料",
        "No papers are missing for {number}.",
        "{number} 没有待补正的材料。",
    ),
    "station-not-open": Problem(
        409,
        "Station not open",
        "工作站未开放",
        "The station {code} is {state} and takes nothing in; find another door under /v1/stations/nearest.",
        "工作站 {code} 目前的状态为“{state}”，不接受办理；请通过 /v1/stations/nearest 查找其他工作站。",
    ),
    "standard-not-met": Problem(
        409,
        "The station standard is not met",
        "未达到工作站标准",
        "The station {code} cannot open yet; missing: {missing}. Enter what is there under …/assessment.",
        "工作站 {code} 尚不能启用，还缺：{missing}。请先登记达标情况（…/assessment）。",
    ),
    "no-head": Problem(
        422,
        "The station has no head",
        "工作站尚无负责人",
        "The station {code} has nobody as its head; name one first.",
        "工作站 {code} 尚未指定负责人，请先指定。",
    ),
    "half-a-place": Problem(
        422,
        "Half a place",
        "坐标不完整",
        "A place needs both latitude and longitude, or neither.",
        "坐标须同时给出经度和纬度，或者都不给。",
    ),
    "circle-of-authority": Problem(
        422,
        "A line of authority in a circle",
        "隶属关系循环",
        "The line above {code} would lead back to itself.",
        "{code} 的上级关系将形成循环。",
    ),
    "one-center": Problem(
        422,
        "The network has one center",
        "一个网络只有一个中心",
        "{center} is the network's center and stays one; another organization of kind center is a district's, with {center} "
        "as its superior.",
        "本网络的中心为 {center}，其类型不可变更；其他中心只能是区县法律援助中心，上级单位须为 {center}。",
    ),
    "post-of-the-center": Problem(
        422,
        "A post of the center",
        "仅限中心的岗位",
        "Only the center has the post {role}; at {organization} somebody may be: {posts}.",
        "岗位“{role}”仅限中心；{organization} 可设：{posts}。",
    ),
    "has-left": Problem(409, "Has left", "已离任", "This colleague left on {day}.", "该工作人员已于 {day} 离任。"),
    "unknown-pair": Problem(
        422,
        "Unknown pair",
        "结对不存在",
        "There is no such pair at this station.",
        "该工作站没有这一结对。",
    ),
    "not-for-a-pair": Problem(
        422,
        "Not a service for a pair",
        "不属于结对服务",
        "A service of kind {kind} is not given to a pair; visits, tutoring and counselling are.",
        "“{kind}”不属于结对服务；结对服务为走访、文化辅导和心理疏导。",
    ),
    "district-needed": Problem(
        422,
        "Which district?",
        "请说明区县",
        "Another district is competent: say which.",
        "应由其他区县办理的，请说明是哪个区县。",
    ),
    "station-needed": Problem(
        422,
        "Which station?",
        "请说明工作站",
        "Say which station is meant, in `station`.",
        "请在 `station` 中说明是哪个工作站。",
    ),
    "wrong-district": Problem(
        422,
        "Not in that district",
        "工作站不在该区县",
        "The station {code} does not lie in {district}.",
        "工作站 {code} 不在{district}。",
    ),
    "referred-to-itself": Problem(
        422,
        "Already there",
        "已在该处",
        "The application {number} is at {organization} already.",
        "申请 {number} 已在 {organization}。",
    ),
    # official papers
    "paper-not-there": Problem(
        409,
        "Not written yet",
        "文书尚未形成",
        "There is no {kind} for {number} yet: what it is about has not happened.",
        "{number} 尚无该文书（{kind}）：相应的办理行为尚未发生。",
    ),
    "papers-not-installed": Problem(
        501,
        "Papers cannot be made here",
        "未安装文书组件",
        "The paper {kind} needs the extra [reports] (for PDF also pango) on the machine of the gateway.",
        "生成文书（{kind}）需要在网关所在机器安装 [reports] 组件（PDF 另需 pango 系统库）。",
    ),
    "paper-failed": Problem(
        503,
        "The paper could not be made",
        "文书生成失败",
        "The paper {kind} could not be made now; try again, and tell the operator if it stays so (aidbus papers check).",
        "文书（{kind}）暂时无法生成，请重试；仍不成功请联系管理员（aidbus papers check）。",
    ),
}
