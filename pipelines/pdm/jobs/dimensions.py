"""The five transactional dimensions: what they hold, and how snapshots are merged into them.

Invariant: of each member the latest version holds, in whatever order versions arrive, and however often. A
member that was deleted stays, marked as such, so that what refers to it still finds its name.
"""

from dataclasses import dataclass
from time import time_ns

from pdm_run import log
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

DATABASE = "pdm_transactional"


@dataclass(frozen=True)
class Dimension:
    """A dimension's name, its key and its other columns with their types."""

    name: str
    key: str
    columns: dict[str, str]

    @property
    def table(self) -> str:
        """Its table's full name."""
        return f"{DATABASE}.{self.name}"

    @property
    def typed(self) -> dict[str, str]:
        """All columns of the table with their types; the first two decide which version is the latest."""
        return {self.key: "string", "updated_at": "timestamp", "deleted": "boolean", **self.columns}


DIMENSIONS = (
    Dimension("agent_dim", "agent_id", {"agent_name": "string", "team_id": "string", "grade": "string"}),
    Dimension(
        "appointment_type_dim",
        "appointment_type_id",
        {"appointment_type_name": "string", "planned_minutes": "int"},
    ),
    Dimension("site_dim", "site_id", {"site_name": "string", "region": "string"}),
    Dimension("team_dim", "team_id", {"team_name": "string", "site_id": "string"}),
    Dimension(
        "to_do_type_type_dim",
        "to_do_type_id",
        {"to_do_type_name": "string", "category": "string", "priority": "int"},
    ),
)


def read(spark: SparkSession, dimension: Dimension, files: list[str]) -> DataFrame:
    """The versions in some files of JSON lines, typed; one without key or time of change is left out."""
    schema = ", ".join(f"{name} string" for name in dimension.typed)
    lines = spark.read.schema(schema).json(files) if files else spark.createDataFrame([], schema)
    texts = {name: F.nullif(F.trim(name), F.lit("")) for name in dimension.typed}
    values = {name: texts[name].cast(kind) for name, kind in dimension.typed.items()}
    values["deleted"] = F.coalesce(values["deleted"], F.lit(False))
    return lines.select(*(value.alias(name) for name, value in values.items())).dropna(
        subset=[dimension.key, "updated_at"]
    )


def latest(dimension: Dimension, versions: DataFrame) -> DataFrame:
    """One version of each member: the latest, and of two at one time always the same."""
    others = [name for name in dimension.typed if name != dimension.key]
    newest = versions.groupBy(dimension.key).agg(F.max(F.struct(*others)).alias("newest"))
    return newest.select(*(dimension.key if n == dimension.key else f"newest.{n}" for n in dimension.typed))


def merge(spark: SparkSession, dimension: Dimension, files: list[str], data: str) -> int:
    """Merges the versions in some files into the dimension's table; answers how many members it has then."""
    versions, known = read(spark, dimension, files), spark.catalog.tableExists(dimension.table)
    if known:
        versions = versions.unionByName(spark.table(dimension.table).select(*dimension.typed))
    if files or not known:
        replace(spark, dimension, latest(dimension, versions), f"{data}/transactional/{dimension.name}")
    log.info("merged %d files into %s", len(files), dimension.table)
    return spark.table(dimension.table).count()


def replace(spark: SparkSession, dimension: Dimension, frame: DataFrame, folder: str) -> None:
    """Puts a frame in a table's place, though the frame was read from it.

    The rows are written beside the old ones and the table is then pointed at them, in one move: whoever dies
    in between leaves the table as it was.
    """
    version = f"version={time_ns()}"
    frame.coalesce(1).write.parquet(f"{folder}/{version}")
    point(spark, dimension, f"{folder}/{version}")
    remove_other_versions(spark, folder, version)


def point(spark: SparkSession, dimension: Dimension, location: str) -> None:
    """Points a dimension's table at a folder; makes the table where it is missing."""
    columns = ", ".join(f"{name} {kind}" for name, kind in dimension.typed.items())
    if spark.catalog.tableExists(dimension.table):
        spark.sql(f"ALTER TABLE {dimension.table} SET LOCATION '{location}'")
    else:
        spark.sql(f"CREATE TABLE {dimension.table} ({columns}) USING parquet LOCATION '{location}'")
    spark.catalog.refreshTable(dimension.table)


def remove_other_versions(spark: SparkSession, folder: str, kept: str) -> None:
    """Removes the versions of a table that nothing points at any more."""
    path = spark._jvm.org.apache.hadoop.fs.Path(folder)
    files = path.getFileSystem(spark._jsc.hadoopConfiguration())
    for entry in files.listStatus(path):
        if entry.getPath().getName() != kept:
            files.delete(entry.getPath(), True)
