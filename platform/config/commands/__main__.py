"""`python -m config.commands` is the `onebanner` command, where its script is not on the path."""

import sys

from config.commands import main

sys.exit(main())
