"""What a sandbox writes: kept in a file, in CloudWatch Logs, and as the tail of each invocation."""

import os
import select
import threading
import time
from collections.abc import Callable
from pathlib import Path

Keep = Callable[[str, list[str]], None]


class Output:
    """The joined stdout and stderr of one process.

    A process writes before it answers, so draining the pipe after an answer finds every line that belongs
    to it.
    """

    def __init__(self, log_file: Path, stream: str, keep: Keep) -> None:
        """Open the pipe; `keep` is given the stream's name and its new lines."""
        self.stream = stream
        self._keep = keep
        self._log_file = log_file
        self._reading, self.pipe = os.pipe()
        os.set_blocking(self._reading, False)
        self._guard = threading.Lock()
        self._text: list[str] = []
        self._open = True

    def follow(self) -> None:
        """The process has its end of the pipe: read ours until it is closed."""
        os.close(self.pipe)
        threading.Thread(target=self._follow, name="output", daemon=True).start()

    def mark(self) -> None:
        """An invocation begins: forget what came before it."""
        self.drain()
        with self._guard:
            self._text.clear()

    def since_mark(self) -> str:
        """Everything written since the mark, which is then also kept as log events."""
        with self._guard:
            text = "".join(self._text)
        self._keep(self.stream, text.splitlines())
        return text

    def write(self, text: str) -> None:
        """Add a line of the platform's own."""
        with self._guard:
            self._append(text)

    def drain(self) -> bool:
        """Take what has been written so far; False once the writer is gone."""
        with self._guard:
            while self._open:
                try:
                    data = os.read(self._reading, 65536)
                except BlockingIOError:
                    return True
                if not data:
                    self._open = False
                    os.close(self._reading)
                self._append(data.decode("utf-8", "replace"))
            return False

    def _append(self, text: str) -> None:
        self._text.append(text)
        with self._log_file.open("a", encoding="utf-8") as log:
            log.write(text)

    def _follow(self) -> None:
        poll = select.poll()
        poll.register(self._reading, select.POLLIN)
        while self.drain():
            poll.poll()


def stream_name(version: str, identity: str) -> str:
    """A log stream's name, as Lambda makes it."""
    return f"{time.strftime('%Y/%m/%d')}/[{version}]{identity}"
