import os
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from moto.sqs.models import SQSBackend

from emr_relay_local import queues


@pytest.fixture
def hurried():
    """Threads take turns at almost every instruction, so that a race shows."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


def test_concurrent_senders_and_receivers_neither_lose_nor_share_a_message(hurried):
    queues.install()
    backend, count = SQSBackend("eu-west-2", "123456789012"), 100
    backend.create_queue("race")

    def send(n):
        backend.send_message("race", str(n))

    def take(_):
        (message,) = backend.receive_message("race", 1, 20, 30)
        backend.delete_message("race", message.receipt_handle)
        return message.body

    with ThreadPoolExecutor(8) as takers, ThreadPoolExecutor(4) as senders:
        taken = takers.map(take, range(count))
        list(senders.map(send, range(count)))

        assert sorted(taken, key=int) == [str(n) for n in range(count)]
    assert backend.queues["race"]._messages == []


def test_a_receiver_that_waits_is_woken_by_a_message():
    queues.install()
    backend = SQSBackend("eu-west-2", "123456789012")
    guard = backend.create_queue("waiting")._messages_lock

    with ThreadPoolExecutor(1) as takers:
        taken = takers.submit(backend.receive_message, "waiting", 1, 3600, 30)
        while not guard._waiters:
            os.sched_yield()
        backend.send_message("waiting", "at last")

        assert [message.body for message in taken.result(30)] == ["at last"]
