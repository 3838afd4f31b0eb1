"""A cluster's machines, of which there are none here: what EMR would say of them."""

import math
import re
import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from moto.emr.utils import random_instance_group_id

# EMR's weights: https://docs.aws.amazon.com/emr, "normalized instance hours".
SIZES = {"nano": 0.25, "micro": 0.5, "small": 1, "medium": 2, "large": 4, "xlarge": 8, "metal": 192}
GROUP_NAMES = {"MASTER": "master", "CORE": "core", "TASK": "task"}


def _short_id(prefix: str) -> str:
    return prefix + uuid.uuid4().hex[:17]


@dataclass(eq=False)
class Collection:
    """An instance group or an instance fleet."""

    request: dict[str, Any]
    fleet: bool
    created: datetime
    id: str = field(default_factory=random_instance_group_id)
    instance_ids: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Gives every machine its id."""
        if self.fleet:
            self.id = self.id.replace("ig-", "if-")
        self.instance_ids = [_short_id("i-") for _ in range(self.count)]

    @property
    def role(self) -> str:
        """MASTER, CORE or TASK."""
        return self.request["InstanceFleetType" if self.fleet else "InstanceRole"]

    @property
    def count(self) -> int:
        """How many machines; of a fleet, how many units."""
        if self.fleet:
            capacities = ("TargetOnDemandCapacity", "TargetSpotCapacity")
            return sum(self.request.get(name) or 0 for name in capacities)
        return self.request["InstanceCount"]

    @property
    def instance_type(self) -> str:
        """The type; of a fleet, the first that it may take."""
        if self.fleet:
            types = self.request.get("InstanceTypeConfigs") or [{}]
            return types[0].get("InstanceType", "m5.xlarge")
        return self.request["InstanceType"]


def collections(instances: dict[str, Any], created: datetime) -> list[Collection]:
    """The groups or fleets that a request asks for, in whichever of the three forms."""
    if instances.get("InstanceFleets"):
        return [Collection(fleet, True, created) for fleet in instances["InstanceFleets"]]
    groups = instances.get("InstanceGroups") or _plain_groups(instances)
    return [Collection(group, False, created) for group in groups]


def _plain_groups(instances: dict[str, Any]) -> list[dict[str, Any]]:
    master = instances.get("MasterInstanceType")
    workers = (instances.get("InstanceCount") or 1) - 1
    groups = [{"InstanceRole": "MASTER", "InstanceType": master, "InstanceCount": 1}]
    if workers > 0:
        worker = instances.get("SlaveInstanceType") or master
        groups.append({"InstanceRole": "CORE", "InstanceType": worker, "InstanceCount": workers})
    return groups


def weight(instance_type: str) -> float:
    """How many normalised hours an hour of this type is."""
    size = instance_type.rpartition(".")[2]
    if several := re.fullmatch(r"(\d+)xlarge", size):
        return 8 * int(several.group(1))
    return SIZES.get(size, 8)


def normalized_hours(machines: list[Collection], ready: datetime | None, until: datetime) -> int:
    """What EMR counts: each machine's weight for every hour begun."""
    if ready is None:
        return 0
    hours = max(1, math.ceil((until - ready).total_seconds() / 3600))
    return math.ceil(sum(weight(one.instance_type) * one.count for one in machines) * hours)
