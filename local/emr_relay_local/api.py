"""How an action of EMR's API is written here: who calls, what is refused, and how answers come in pages."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from dateutil.parser import isoparse
from moto.core.exceptions import ServiceException
from moto.emr.models import ElasticMapReduceBackend

from .clusters import Cluster
from .host import Host
from .request_shapes import ValidationException

PAGE = 50
MOST_IDS = 10

Request = dict[str, Any]
Action = Callable[["Caller", Request], Request]

ACTIONS: dict[str, Action] = {}


class InvalidRequestException(ServiceException):
    """A request about something that is not there."""

    code = "InvalidRequestException"

    def __init__(self, message: str, error_code: str | None = None):
        """`error_code` is the member of that name in EMR's answer."""
        super().__init__(message)
        self.error_code = error_code


class Caller:
    """An account in a region, and what it can see."""

    def __init__(self, host: Host, backend: ElasticMapReduceBackend):
        """`backend` is moto's, which keeps the security configurations."""
        self.host, self.backend = host, backend
        self.account, self.region = backend.account_id, backend.region_name

    def clusters(self) -> list[Cluster]:
        """Its clusters, newest first."""
        here = (self.account, self.region)
        return [c for c in self.host.clusters.values() if (c.account, c.region) == here][::-1]

    def cluster(self, name: str) -> Cluster:
        """One of its clusters, for those calls that say `InvalidRequestException`."""
        found = self.host.clusters.get(name)
        if found is None or found not in self.clusters():
            raise InvalidRequestException(f"Cluster id '{name}' is not valid.", "NoSuchCluster")
        return found

    def job_flow(self, name: str) -> Cluster:
        """One of its clusters, for the older calls, which say `ValidationException`."""
        try:
            return self.cluster(name)
        except InvalidRequestException as error:
            raise ValidationException("Specified job flow ID does not exist.") from error


def action(function: Action) -> Action:
    """Registers the action whose name the function bears."""
    ACTIONS["".join(word.capitalize() for word in function.__name__.split("_"))] = function
    return function


def job_flows(caller: Caller, request: Request) -> list[Cluster]:
    """The clusters that an older call names."""
    ids = request["JobFlowIds"]
    if len(ids) > MOST_IDS:
        raise ValidationException(f"A maximum of {MOST_IDS} job flow IDs is allowed.")
    return [caller.job_flow(name) for name in ids]


def modifiable(clusters: list[Cluster]) -> list[Cluster]:
    """The same clusters, unless one of them is past being changed."""
    if not all(cluster.modifiable for cluster in clusters):
        raise ValidationException(
            "A job flow that is shutting down, terminated, or finished may not be modified."
        )
    return clusters


def moment(value: Any) -> datetime | None:
    """A time, as either of AWS's two notations has it."""
    if value is None:
        return None
    return isoparse(value) if isinstance(value, str) else datetime.fromtimestamp(value, UTC)


def page(name: str, found: list, request: Request, shown: Callable) -> Request:
    """One page; its marker names the last line shown, so that lines added meanwhile shift nothing."""
    marker = request.get("Marker")
    names = [one.id for one in found]
    if marker is not None and marker not in names:
        raise InvalidRequestException(f"Marker '{marker}' is not valid.")
    start = names.index(marker) + 1 if marker is not None else 0
    lines = found[start : start + PAGE]
    answer = {name: [shown(one) for one in lines]}
    return answer | ({"Marker": lines[-1].id} if start + PAGE < len(found) else {})
