"""`python -m emr_relay_local serve`: start the cloud, say where it is, and stop it whole."""

import argparse
import json
import logging
import math
import os
import queue
import shutil
import signal
import sys
import tempfile
import threading
from contextlib import contextmanager
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from . import sources

DEPLOYED_EVENTS = Path(__file__).resolve().parents[2] / "infra" / "events"


# Signals only leave a word here: an exception out of a handler could strike anywhere, also within a lock.
_endings: queue.SimpleQueue[int] = queue.SimpleQueue()


def main() -> int:
    """Run the command line."""
    logging.basicConfig(
        stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s"
    )
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: _endings.put(0))
    arguments = _parse(sys.argv[1:])
    if arguments.until_stdin_closes:
        threading.Thread(target=_end_with_stdin, daemon=True).start()
    try:
        return _serve(arguments)
    except (sources.BadFolder, OSError) as error:
        return _told(error)


def _serve(arguments: argparse.Namespace) -> int:
    deployed = sources.read(arguments.functions, arguments.events, arguments.config)
    # What is wrong with the folders is said before moto's second of imports.
    from .server import Server

    with _data_folder(arguments.data) as data:
        server = Server(arguments.port, data, arguments.quotas, arguments.retry_delays)
        try:
            start = (server, data, arguments, deployed)
            threading.Thread(target=_start, args=start, daemon=True).start()
            return _endings.get()
        finally:
            server.stop()


def _start(server, data: Path, arguments: argparse.Namespace, deployed: sources.Sources) -> None:
    """Bring everything up and say so; whatever goes wrong ends the server."""
    from .server import ACCOUNT
    from .stack import Builder

    try:
        server.start()
        builder = Builder(server.endpoint, arguments.region, ACCOUNT, arguments.sweep_every)
        stack = builder.build(deployed)
        print(json.dumps(_ready(server.endpoint, ACCOUNT, data, stack)), flush=True)
    except (BotoCoreError, ClientError, OSError) as error:
        _endings.put(_told(error))
    except BaseException:
        _endings.put(1)
        raise


def _told(error: Exception) -> int:
    print(f"emr_relay_local: {error}", file=sys.stderr)
    return 1


def _ready(endpoint: str, account: str, data: Path, stack) -> dict:
    return {
        "ready": True,
        "endpoint": endpoint,
        "region": stack.region,
        "account": account,
        "data": str(data),
        "table": stack.table,
        "buckets": stack.buckets,
        "functions": stack.functions,
        "topics": stack.topics,
        "queues": stack.queues,
        "pid": os.getpid(),
    }


@contextmanager
def _data_folder(given: Path | None):
    """The folder that was named, or one that goes when the server does."""
    if given is not None:
        given.mkdir(parents=True, exist_ok=True)
        yield given.resolve()
        return
    made = Path(tempfile.mkdtemp(prefix="emr-relay-local-"))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _end_with_stdin() -> None:
    # Not through sys.stdin: a thread that waits within it holds a lock that the interpreter's end needs.
    while os.read(sys.stdin.fileno(), 65536):
        continue
    _endings.put(0)


def _parse(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m emr_relay_local")
    serve = parser.add_subparsers(required=True).add_parser("serve", help="start the local cloud")
    serve.add_argument("--port", type=int, default=0, help="0 takes a free one")
    serve.add_argument(
        "--data", type=Path, help="where everything lives; without it a folder that is removed"
    )
    serve.add_argument("--functions", type=_folder, help="executables named launcher, recorder...")
    serve.add_argument(
        "--events", type=_folder, default=_default_events(), help="FUNCTION.WHAT.json patterns"
    )
    serve.add_argument("--config", type=_folder, help="pipeline folders to upload")
    serve.add_argument("--region", default="eu-west-2")
    serve.add_argument("--quotas", action="store_true", help="EMR refuses calls beyond AWS's default quotas")
    serve.add_argument(
        "--retry-delays", type=_delays, help="seconds before a failed event is tried again: 1,2"
    )
    serve.add_argument(
        "--sweep-every",
        type=_seconds,
        default=os.environ.get("RELAY_SWEEP_EVERY"),
        help="seconds between sweeps, in place of the deployed schedule [RELAY_SWEEP_EVERY]",
    )
    serve.add_argument("--until-stdin-closes", action="store_true", help="stop when standard input ends")
    return parser.parse_args(words)


def _folder(text: str) -> Path:
    path = Path(text)
    if not path.is_dir():
        raise argparse.ArgumentTypeError(f"{text} is not a folder")
    return path


def _default_events() -> Path | None:
    return DEPLOYED_EVENTS if DEPLOYED_EVENTS.is_dir() else None


def _delays(text: str) -> list[float]:
    try:
        return [float(part) for part in text.split(",")]
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text} is not a list of seconds such as 1,2") from error


def _seconds(text: str) -> float:
    try:
        seconds = float(text.removesuffix("s"))
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < math.inf:
        raise argparse.ArgumentTypeError(f"{text} is not a number of seconds such as 10")
    return seconds


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    # A thread that still waits for somebody must not keep a server alive that has stopped.
    os._exit(code)
