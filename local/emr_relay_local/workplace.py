"""Where a cluster's processes run: its folder, its Spark, and what they find in their environment.

Invariant: a process that the cluster no longer wants is ended, also when it was only just started.
"""

from collections.abc import Callable
from typing import Any

from . import archive, commands, mounts, processes, spark, tools
from .host import Host
from .logs import TaskLog


class Workplace:
    """One cluster's folder and the processes in it."""

    def __init__(self, host: Host, name: str, configurations: list[dict[str, Any]]):
        """`configurations` are the cluster's own, in EMR's form."""
        self.host, self.configurations = host, configurations
        self.folder = host.data_dir / "emr" / "clusters" / name
        self.groups: set[processes.Group] = set()

    def environment(self, region: str, **ids: str) -> dict[str, str]:
        """What a process finds in its environment; Spark's settings and the buckets are as of now."""
        data_dir, settings = self.host.data_dir, self.folder / "spark.properties"
        self.folder.mkdir(parents=True, exist_ok=True)
        mounts.write(data_dir)
        values = spark.properties(data_dir, self.configurations, self.host.metastore(), archive.ready())
        spark.write_properties(settings, values)
        found = self.folder / "bin"
        tools.write(found, settings)
        exports = spark.exports(self.configurations)
        return commands.environment(self.host.endpoint(), region, found, exports, ids)

    def execute(
        self,
        command: list[str],
        environment: dict[str, str],
        log: TaskLog,
        admit: Callable[[processes.Group], bool],
    ) -> int:
        """Runs a command to its end; `admit`, asked under the lock, says whether it is still wanted."""
        group = processes.start(command, environment, log.folder, log.file("stdout"), log.file("stderr"))
        log.say(f"ProcessRunner started child process {group.pid}: {' '.join(command)}")
        with self.host.changed:
            self.groups.add(group)
            if not admit(group) or not self.host.open:
                group.kill()
        code = group.wait()
        with self.host.changed:
            self.groups.discard(group)
        log.say(f"Process exited with exit code {code}")
        return code

    def stop(self) -> None:
        """Ends whatever runs here; called under the lock."""
        for group in self.groups:
            group.kill()
