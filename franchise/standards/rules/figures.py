"""The figures that a text names, in English and Chinese, so that two texts can be held against each other (S2)."""

import re
import unicodedata
from collections import Counter

_WORDS = {
    word: number
    for number, words in {
        "0": "zero none",
        "0.25": "quarter",
        "0.5": "half",
        "1": "one once first",
        "2": "two twice double",
        "3": "three thrice third",
        "4": "four fourth",
        "5": "five fifth",
        "6": "six sixth",
        "7": "seven seventh",
        "8": "eight eighth",
        "9": "nine ninth",
        "10": "ten tenth",
        "11": "eleven",
        "12": "twelve dozen",
        "15": "fifteen",
        "20": "twenty",
        "24": "twenty-four",
        "30": "thirty",
        "40": "forty",
        "45": "forty-five",
        "48": "forty-eight",
        "50": "fifty",
        "60": "sixty",
        "90": "ninety",
        "100": "hundred",
        "1000": "thousand",
    }.items()
    for word in words.split()
}
_UNITS = {
    unit: name
    for name, units in {
        "second": "second seconds 秒 秒钟 秒鐘",
        "minute": "minute minutes 分 分钟 分鐘",
        "hour": "hour hours 时 時 小时 小時 钟头 鐘頭",
        "day": "day days 天 日",
        "week": "week weeks 周 週 星期",
        "month": "month months 月",
        "year": "year years 年",
        "percent": "% percent 成",
    }.items()
    for unit in units.split()
}
# Words that hold a numeral and name no number.
_NO_FIGURES = re.compile(
    "一律|一定|统一|統一|一致|一样|一樣|一切|一起|一般|万一|萬一|一旦|一直|唯一|一些|一并|一併|同一|进一步|進一步|逐一|一线|一線|"
    "一经|一經|一时|一時|千万别|四周|一对一|一對一|第一时间|第一時間|"
    # Very much, and neither minutes nor points.
    "(?<![一二两兩三四五六七八九])十分(?![钟鐘之])"
)
_DIGITS = dict(zip("零〇一二两兩三四五六七八九", (0, 0, 1, 2, 2, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))
_PLACES = {"十": 10, "百": 100, "千": 1_000, "万": 10_000, "萬": 10_000}
# Nobody writes a longer number out; one of any length could not be told.
_CHINESE = f"[{''.join(_DIGITS)}{''.join(_PLACES)}半]{{1,24}}"
_NUMBER = rf"[0-9]+(?:,[0-9]{{3}})*(?:\.[0-9]+)?|\b(?:{'|'.join(sorted(_WORDS, key=len, reverse=True))})\b|{_CHINESE}"
_BETWEEN = r"[\s-]*(?:(?:working|business|opening|calendar|full)\s+|个|個|营业|營業|工作|自然)*"
_UNIT = "|".join(sorted(_UNITS, key=len, reverse=True))
_FIGURE = re.compile(rf"(?P<of>百分之|千分之)?(?P<number>{_NUMBER})(?:{_BETWEEN}(?P<unit>{_UNIT}))?")

# A number and the unit that it counts, such as `3 minute`.
Figure = str


def figures_in(text: str) -> Counter[Figure]:
    """Return the numbers that a text names, each with its unit where one follows, and how often."""
    plain = _NO_FIGURES.sub(" ", unicodedata.normalize("NFKC", text).casefold())
    return Counter(_figure(found) for found in _FIGURE.finditer(plain))


def _figure(found: re.Match[str]) -> Figure:
    unit = "percent" if found["of"] == "百分之" else found["of"] or _UNITS.get(found["unit"] or "", "")
    return f"{_value(found['number'])} {unit}".strip()


def _value(number: str) -> str:
    if number in _WORDS:
        return _WORDS[number]
    if number[0].isascii():
        plain = number.replace(",", "")
        return plain.rstrip("0").rstrip(".") if "." in plain else plain
    return _chinese(number)


def _chinese(number: str) -> str:
    if number.endswith("半"):
        return f"{_chinese(number[:-1])}.5" if number != "半" else "0.5"
    whole, beneath, digit = 0, 0, 0
    for sign in number:
        if sign in _DIGITS:
            # Digits in a row are read like those of 2026.
            digit = 10 * digit + _DIGITS[sign]
            continue
        place = _PLACES[sign]
        if place == 10_000:
            whole, beneath = (whole + beneath + digit or 1) * place, 0
        else:
            beneath += (digit or 1) * place
        digit = 0
    return str(whole + beneath + digit)
