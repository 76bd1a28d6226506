"""The schema library's own English messages in Chinese; texts of the contracts are bilingual already."""

from __future__ import annotations

import re

EXACT = {
    "Missing data for required field.": "缺少必填字段。",
    "Field may not be null.": "字段不能为空。",
    "Unknown field.": "未知字段。",
    "Invalid input type.": "类型不正确。",
    "Not a valid string.": "须为文本。",
    "Not a valid integer.": "须为整数。",
    "Not a valid number.": "须为数字。",
    "Not a valid boolean.": "须为 true 或 false。",
    "Not a valid list.": "须为列表。",
    "Not a valid UUID.": "须为 UUID。",
    "Not a valid date.": "不是有效日期（应为 YYYY-MM-DD）。",
    "Not a valid time.": "不是有效时刻（应为 HH:MM）。",
    "Not a valid datetime.": "不是有效时间。",
    "Not a valid aware datetime.": "时间须带时区。",
    "Not a valid email address.": "电子邮箱地址无效。",
    "Not a valid mapping type.": "须为 JSON 对象。",
    "Invalid type.": "类型不正确。",
    "Invalid value.": "值无效。",
    "Number too large.": "数字过大。",
    "Special numeric values (nan or infinity) are not permitted.": "不接受 NaN 或无穷大。",
}
PATTERNS = (
    (re.compile(r"Must be one of: (.+)\."), r"须为下列之一：\1。"),
    (re.compile(r"Length must be between (\d+) and (\d+)\."), r"长度须在 \1 与 \2 之间。"),
    (re.compile(r"Length must be (\d+)\."), r"长度须为 \1。"),
    (re.compile(r"Longer than maximum length (\d+)\."), r"长度不能超过 \1。"),
    (re.compile(r"Shorter than minimum length (\d+)\."), r"长度不能少于 \1。"),
    (
        re.compile(r"Must be greater than or equal to (\S+) and less than or equal to (\S+)\."),
        r"须在 \1 与 \2 之间。",
    ),
    (re.compile(r"Must be greater than or equal to (\S+)\."), r"不能小于 \1。"),
    (re.compile(r"Must be less than or equal to (\S+)\."), r"不能大于 \1。"),
)


def in_chinese(message: str) -> str:
    """The message in Chinese, or as it is where no translation is known."""
    if message in EXACT:
        return EXACT[message]
    for pattern, replacement in PATTERNS:
        if pattern.fullmatch(message):
            return pattern.sub(replacement, message)
    return message
