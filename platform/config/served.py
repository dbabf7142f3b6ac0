"""The web application as a worker of `onebanner serve` runs it: it does not outlive the server's main process."""

import os
import signal
import threading
import time

from config.wsgi import application

_LOOK_EVERY_SECONDS = 1.0
_GRACE_SECONDS = 15.0


def end_with_parent() -> None:
    """End this process once its parent is gone: an orphan would keep the port and serve old code for ever."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_LOOK_EVERY_SECONDS)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(_GRACE_SECONDS)
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=watch, name="parent-watch", daemon=True).start()


end_with_parent()

__all__ = ["application"]
