"""Which requests may run beside each other.

moto's models are plain dictionaries, so two writes to one service never overlap: a conditional write is
then as atomic as DynamoDB's. What waits for others is never locked: an invocation calls back into the
server, and a receive may wait for a message. Queues guard themselves (`queues.py`).
"""

import threading
from contextlib import AbstractContextManager, nullcontext

from .calls import Call

_WAITING = {("lambda", "Invoke"), ("lambda", "InvokeAsync"), ("sqs", "ReceiveMessage")}
_S3_READS = {"GetObject", "HeadObject"}
_locks: dict[str, threading.RLock] = {}


def of(service: str) -> threading.RLock:
    """The lock of a service, for code of ours that reaches into its models."""
    return _locks.setdefault(service, threading.RLock())


def during(call: Call) -> AbstractContextManager:
    """What is held while a request is served."""
    if (call.service, call.operation) in _WAITING:
        return nullcontext()
    if call.service == "s3" and call.operation in _S3_READS:
        return nullcontext()
    return of(call.service)
