"""How a person's data are written for a spreadsheet: no cell of it is ever a formula (corpus I07)."""

import csv
from collections.abc import Mapping
from io import StringIO
from typing import Any

# What spreadsheets take for the beginning of a formula, or skip before one.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_QUOTE = "'"


def safe_cell(value: Any) -> str:
    """Return a cell's text; one that a spreadsheet would calculate, or that begins like a safe one, is quoted."""
    text = "" if value is None else str(value)
    # NFKC twins such as a full-width equals sign are formulas to some of them.
    return f"{_QUOTE}{text}" if text.startswith((*_FORMULA, _QUOTE, "＝", "＋", "－", "＠")) else text


def plain_cell(cell: str) -> str:
    """Return the text that a safe cell holds."""
    return cell.removeprefix(_QUOTE)


def as_csv(data: Mapping[str, Any]) -> str:
    """Return exported data as CSV, one value a line: kind, row, name, value."""
    written = StringIO()
    lines = csv.writer(written)
    lines.writerow(("kind", "row", "name", "value"))
    for kind, rows in data.items():
        for number, row in enumerate(rows if isinstance(rows, list) else [{"": rows}], start=1):
            lines.writerows((kind, number, name, safe_cell(value)) for name, value in row.items())
    return written.getvalue()
