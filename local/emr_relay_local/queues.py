"""SQS queues that may be used by many at once, and wait instead of polling."""

import time

from moto.core.utils import unix_time_millis
from moto.sqs import models

from . import mappings

_moto_receive = models.SQSBackend.receive_message
_moto_change = models.SQSBackend.change_message_visibility


def install() -> None:
    """Replace what moto does without a lock, or by polling."""
    models.Queue.add_message = _guarded(_add_message)
    models.Queue.delete_message = _guarded(models.Queue.delete_message)
    models.SQSBackend.receive_message = _receive_message
    models.SQSBackend.change_message_visibility = _change_visibility
    mappings.install()


def _guarded(method):
    def guarded(self, *arguments, **named):
        with self._messages_lock:
            return method(self, *arguments, **named)

    return guarded


def _add_message(self, message) -> None:
    """Put a message in and wake whoever waits; a mapped function is one of those (`mappings.py`)."""
    if self.fifo_queue and message.deduplication_id and _seen(self, message):
        return
    self._messages.append(message)
    self._messages_lock.notify_all()


def _seen(queue, message) -> bool:
    window = models.DEDUPLICATION_TIME_IN_SECONDS * 1000
    return any(
        other.deduplication_id == message.deduplication_id
        and message.sent_timestamp - other.sent_timestamp < window
        for other in queue._messages
    )


def _receive_message(
    self,
    queue_name: str,
    count: int,
    wait_seconds_timeout: int,
    visibility_timeout: int,
    names: list | None = None,
) -> list:
    """Take messages; without any, wait until one comes or comes back."""
    queue = self.get_queue(queue_name)
    deadline = time.monotonic() + wait_seconds_timeout
    with queue._messages_lock:
        while True:
            messages = _moto_receive(self, queue_name, count, 0, visibility_timeout, names)
            left = deadline - time.monotonic()
            if messages or left <= 0:
                return messages
            queue._messages_lock.wait(min(left, _next_visible(queue)))


def _next_visible(queue) -> float:
    """Seconds until the first message that is away comes back."""
    now = unix_time_millis()
    times = [max(message.visible_at, message.delayed_until) - now for message in queue._messages]
    waits = [wait / 1000 for wait in times if wait > 0]
    return min(waits, default=3600.0) + 0.001


def _change_visibility(self, queue_name: str, receipt_handle: str, visibility_timeout: int) -> None:
    queue = self.get_queue(queue_name)
    with queue._messages_lock:
        _moto_change(self, queue_name, receipt_handle, visibility_timeout)
        queue._messages_lock.notify_all()
