"""Schedule groups that are refused, found and deleted as AWS does it."""

from moto.core.exceptions import JsonRESTError
from moto.scheduler.exceptions import ScheduleGroupNotFound, ValidationException
from moto.scheduler.models import EventBridgeSchedulerBackend as Backend
from moto.scheduler.models import ScheduleGroup

_moto_create, _moto_delete = Backend.create_schedule_group, Backend.delete_schedule_group


def install() -> None:
    """Make moto's groups AWS's."""
    Backend.create_schedule_group = _create
    Backend.delete_schedule_group = _delete


class GroupExists(JsonRESTError):
    """There is a group of this name."""

    code = 409

    def __init__(self, name: str) -> None:
        """Say so in AWS's words."""
        super().__init__("ConflictException", f"Schedule group {name} already exists.")


def _create(self: Backend, name: str, tags: list[dict[str, str]] | None) -> ScheduleGroup:
    if name in self.schedule_groups:
        raise GroupExists(name)
    return _moto_create(self, name, tags or [])


def _delete(self: Backend, name: str) -> None:
    if name == "default":
        raise ValidationException("The default schedule group cannot be deleted.")
    if name not in self.schedule_groups:
        raise ScheduleGroupNotFound(name)
    _moto_delete(self, name)
