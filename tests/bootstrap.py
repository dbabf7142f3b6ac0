"""Loaded by pytest before everything: a test server of its own, so that tests and a running demo never meet.

Named by `-p tests.bootstrap`; run pytest as `python -m pytest`, so that this module is found.
"""

import os
from pathlib import Path

from tests.ground import TREE, settle

STATE = Path(os.environ.get("ONEBANNER_TESTS_STATE") or settle())
os.environ["ONEBANNER_STATE"] = str(STATE)
os.environ["ONEBANNER_PUBLIC_HOST"] = "onebanner.localhost"

from config.catalogues import compile_catalogues  # noqa: E402  # as the next
from config.database import prepare  # noqa: E402  # reads the state folder chosen above
from config.texts import catalogues  # noqa: E402

compile_catalogues(catalogues(TREE))
prepare(durable=False)
# Where nothing was built, WhiteNoise warns about the missing folder, and a warning fails a test.
(STATE / "static").mkdir(parents=True, exist_ok=True)
