"""Doing something later, without anybody waiting for it."""

import threading
from collections.abc import Callable


def after(seconds: float, work: Callable, *arguments) -> None:
    """Run `work` when the time has passed."""
    if seconds <= 0:
        work(*arguments)
        return
    timer = threading.Timer(seconds, work, arguments)
    timer.daemon = True
    timer.start()
