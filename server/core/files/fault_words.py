"""A sentence in Chinese and in English for the faults that files of all kinds can have."""

from collections.abc import Mapping

from server.core.files.sheet_kinds import RowError

Sentences = Mapping[str, tuple[str, str]]

# ``{…}`` are facts of the fault.
FILE: Sentences = {
    "file_empty": ("文件是空的。", "The file is empty."),
    "file_too_large": ("文件太大，最多 {limit} 字节。", "The file is too large: at most {limit} bytes."),
    "file_too_many_rows": ("行数太多，最多 {limit} 行。", "Too many rows: at most {limit}."),
    "file_old_or_protected": (
        "这是旧的 .xls 文件，或者设了密码；请另存为没有密码的 .xlsx 或 .ods。",
        "This is an old .xls file, or it has a password: save it as .xlsx or .ods without one.",
    ),
    "file_type_unknown": (
        "不是 .xlsx、.ods 或 .csv 文件，或编码不是 UTF-8、GB18030。",
        "Neither .xlsx, .ods nor .csv, or its text is neither UTF-8 nor GB18030.",
    ),
    "file_nothing_read": (
        "没有读到任何一行：看得见的工作表里，表头下面没有内容。",
        "Not one row was read: no visible sheet has anything below its headings.",
    ),
    "file_broken": ("文件损坏，无法读取。", "The file is damaged and cannot be read."),
    "file_unsafe": (
        "文件的内部结构不安全，没有读取。",
        "The file's inside is not safe to open; it was not read.",
    ),
}
HEADINGS: Sentences = {
    "unknown_sheet": ("不认识这个工作表；可用：{known}。", "Unknown sheet; known are: {known}."),
    "unknown_column": ("不认识这一列；可用：{known}。", "Unknown column; known are: {known}."),
    "duplicate_column": ("这一列出现了两次。", "This column is there twice."),
    "missing_column": ("缺少这一列。", "This column is missing."),
}
CELLS: Sentences = {
    "missing": ("必填，不能为空。", "Required, but empty."),
    "too_long": (
        "太长：{length} 个字，最多 {longest} 个。",
        "Too long: {length} characters, at most {longest}.",
    ),
    "forbidden_character": ("含有看不见的字符 {character}。", "Holds an invisible character, {character}."),
    "formula": ("是公式；请改为值。", "A formula: put its value instead."),
    "merged": (
        "这个单元格与左边的合并了；请取消合并，分别填写。",
        "Merged with the cell to its left: take the merge apart and fill in both.",
    ),
    "cell_error": ("单元格里是一个错误值。", "The cell holds an error value."),
    "unknown_word": ("不认识这个词；可用：{allowed}。", "Unknown word; use one of: {allowed}."),
    "not_a_whole_number": ("应为整数。", "Not a whole number."),
    "out_of_range": ("应在 {least} 到 {most} 之间。", "Must be from {least} to {most}."),
    "not_degrees": ("应为十进制度数，如 31.880000。", "Not degrees as a decimal number, such as 31.880000."),
    "not_a_time": ("应为时间，如 07:20。", "Not a time, such as 07:20."),
    "not_a_date": ("应为日期，如 2026-10-01。", "Not a date, such as 2026-10-01."),
    "not_a_mobile_number": ("应为 11 位手机号。", "Not a mobile number of 11 digits."),
    "landline": (
        "是座机号，收不到短信；请填手机号。",
        "A landline: put a mobile number, which gets text messages.",
    ),
    "not_a_telephone_number": ("不是电话号码。", "Not a telephone number."),
    "not_weekdays": (
        "应为星期，如 一至五、1-5、周一、周三。",
        "Not weekdays, such as 1-5, 一至五 or Mon, Wed.",
    ),
    "weekdays_became_date": (
        "表格软件把它变成了日期；请把这一列设为文本，再写 一至五。",
        "The spreadsheet made a date of it: format the column as text and write 一至五.",
    ),
}
SHARED: Sentences = {**FILE, **HEADINGS, **CELLS}


def told(known: Sentences, error: RowError) -> tuple[str, str]:
    """Give a fault's sentence in Chinese and in English, its facts filled in."""
    chinese, english = known.get(error.code, (error.code, error.code))
    facts = {key: _listed(value) for key, value in error.facts.items()}
    return _filled(chinese, facts), _filled(english, facts)


def _listed(value: object) -> str:
    return ", ".join(str(one) for one in value) if isinstance(value, list | tuple) else str(value)


def _filled(sentence: str, facts: Mapping[str, str]) -> str:
    try:
        return sentence.format_map(facts)
    except KeyError:
        return sentence
