"""Every way in which the platform says no, by its stable slug: the ``type`` of an RFC 9457 problem document.

``detail`` texts are ``str.format`` templates over the parameters that the refusing code gives; parameters hold
numbers, codes and terms, never personal data.
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
        403, "Not allowed", "无权操作", "The role {role} may not do this.", "角色 {role} 无权进行此操作。"
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
    "wrong-state": Problem(
        409,
        "Not possible in this state",
        "当前状态下不可操作",
        "In state {state}, {act} is not possible; possible: {allowed}.",
        "当前状态为 {state}，不能执行 {act}；可执行：{allowed}。",
    ),
    "duplicate": Problem(
        409, "Already there", "已存在", "There is already a {what} {key}.", "已存在相同的 {what}：{key}。"
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
    # notification
    "no-person": Problem(
        422,
        "No person",
        "未指明人员",
        "This credential belongs to no person, and the request names none.",
        "该凭证不属于任何个人，请求也未指明人员。",
    ),
}
