"""moto's EMR, made real: its clusters live, and their steps are processes of this machine.

Invariant: requests are checked as AWS checks them before anything changes, and changes happen under one lock.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from moto.core.responses import ActionResult, BaseResponse
from moto.core.utils import camelcase_to_underscores, get_service_model
from moto.emr.models import ElasticMapReduceBackend
from moto.emr.responses import ElasticMapReduceResponse

# Imported for the actions that they register.
from . import (
    api,
    archive,
    cluster_actions,
    machine_actions,
    metastore,
    processes,
    request_shapes,
    step_actions,
)
from .endings import BY_USER
from .host import Host

__all__ = ["cluster_actions", "install", "machine_actions", "shutdown", "step_actions"]

_host: Host | None = None
_stock_reset = ElasticMapReduceBackend.reset


def install(data_dir: Path, endpoint: Callable[[], str], faults: Any = None) -> None:
    """Makes moto's EMR run what it is asked to, in `data_dir`; `endpoint` is where steps find AWS."""
    global _host
    shutdown()
    metastore.install(data_dir)
    _host = Host(data_dir, endpoint, faults, metastore.address)
    for name, action in api.ACTIONS.items():
        setattr(ElasticMapReduceResponse, camelcase_to_underscores(name), _answering(name, action))
    ElasticMapReduceBackend.reset = _reset
    # moto looks for the region in EMR's host names only, which no request to this server has.
    ElasticMapReduceResponse.get_region_from_url = BaseResponse.get_region_from_url
    archive.prepare()


def shutdown() -> None:
    """Ends every cluster, step and helper process."""
    if _host is not None:
        _host.shutdown()
    metastore.shutdown()
    processes.stop_all()


def _reset(self) -> None:
    """Forgets the clusters too, with whatever runs on them."""
    if _host is not None:
        with _host.changed:
            for cluster in api.Caller(_host, self).clusters():
                cluster.end(BY_USER)
                del _host.clusters[cluster.id]
    _stock_reset(self)


def _answering(name: str, action: api.Action) -> Callable[[ElasticMapReduceResponse], ActionResult]:
    """moto's method for an action: the request is checked, and answered under the lock."""

    def answer(self: ElasticMapReduceResponse) -> ActionResult:
        request = _parsed(self.body)
        request_shapes.check(get_service_model("emr").operation_model(name), request)
        with _host.changed:
            return ActionResult(action(api.Caller(_host, self.backend), request))

    return answer


def _parsed(body: str) -> dict[str, Any]:
    try:
        return json.loads(body or "{}")
    except ValueError as error:
        raise request_shapes.SerializationException(f"the request is no JSON: {error}") from error
