"""The web application as a worker of `onebanner serve` runs it: hosts share it, and it dies with the server."""

import os
import signal
import sys
import threading
import time

from config.environment import read
from config.fairness import FairApplication
from config.wsgi import application as web_application

# In seconds, a fifth of what is usual: a short question waits less for the threads of other hosts.
_SWITCH_EVERY = 0.001
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
sys.setswitchinterval(_SWITCH_EVERY)
application = FairApplication(web_application)

__all__ = ["application"]
