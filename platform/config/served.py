"""The web application as a worker of `onebanner serve` runs it: it does not outlive the server's main process."""

import os
import signal
import threading
import time

from config.environment import read
from config.wsgi import application

_LOOK_EVERY_SECONDS = 1.0
_GRACE_SECONDS = 15.0


def end_with(server: int) -> None:
    """End this process once its server is gone: an orphan would keep the port and serve old code for ever."""

    def watch() -> None:
        while os.getppid() == server:
            time.sleep(_LOOK_EVERY_SECONDS)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(_GRACE_SECONDS)
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=watch, name="server-watch", daemon=True).start()


end_with(int(read("ONEBANNER_SERVER_PROCESS")))

__all__ = ["application"]
