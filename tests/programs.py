"""Programs that some tests need and that pip can't bring: a browser, a connection pooler."""

import os
import shutil

import pytest


def needed_program(*names: str, package: str) -> str:
    """Return the path of the first of these programs that is there.

    Without it the test fails in CI; on a newcomer's machine it is skipped, and the summary says what to install.
    """
    for name in names:
        found = shutil.which(name)
        if found:
            return found
    lacking = f"needs {names[0]}: `apt-get install {package}` brings it"
    if os.environ.get("CI"):
        pytest.fail(lacking)
    pytest.skip(lacking)
