"""Log lines that a caller tries to forge through what an error quotes (corpus I17)."""

import io
import json
import logging
from logging.config import DictConfigurator
from typing import Any

from api.gate.masking import mask
from config.telemetry import logging_to_lines

FORGED = '{"level": "INFO", "logger": "onebanner.gate", "message": "all is well"}'
HOSTILE = f"x\n{FORGED}\r\n\u2028{FORGED}\x1b[2J"


def test_i17_whatever_an_error_quotes_stays_in_one_escaped_line() -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    settings: Any = logging_to_lines("INFO")
    handler.setFormatter(DictConfigurator(settings).configure_formatter(settings["formatters"]["line"]))
    gate = logging.getLogger("onebanner.gate")
    gate.addHandler(handler)
    try:
        told = mask(ValueError(HOSTILE), request_id=HOSTILE)
    finally:
        gate.removeHandler(handler)
    (line,) = stream.getvalue().splitlines()
    assert json.loads(line)["ref"] == told["extensions"]["ref"]
    assert json.loads(line)["logger"] == "onebanner.gate"
    assert "\x1b" not in line
    assert FORGED not in told["message"]
