"""A class archive that halves the time Spark takes to start, made once for each Spark and Java.

Invariant: an archive that is there is whole; until it is there, Spark starts without it.
"""

import contextlib
import hashlib
import os
import shutil
import tempfile
import threading
from pathlib import Path

from . import processes, spark

# What the archive holds is what this job loads: Hive's tables, Parquet, CSV and SQL.
JOB = """
from pyspark.sql import SparkSession
session = SparkSession.builder.enableHiveSupport().getOrCreate()
session.sql("CREATE TABLE numbers USING parquet AS SELECT id, id % 3 AS part FROM range(10)")
session.sql("SELECT part, count(*) FROM numbers GROUP BY part ORDER BY part").write.csv("counts")
session.read.csv("counts").createOrReplaceTempView("counts")
session.sql("SELECT * FROM counts JOIN numbers ON part = _c0").collect()
"""

_making = threading.Lock()


def cache_folder() -> Path:
    """Where archives are kept between runs."""
    named = os.environ.get("XDG_CACHE_HOME")
    folder = (Path(named) if named else Path.home() / ".cache") / "emr-relay-local"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def conf_folder() -> Path:
    """The empty configuration folder that every Spark here names: an archive holds for one class path."""
    folder = cache_folder() / "conf"
    folder.mkdir(exist_ok=True)
    return folder


def ready() -> Path | None:
    """The archive, once it is made."""
    file = _file()
    return file if file.exists() else None


def prepare() -> None:
    """Makes the archive in the background, unless it is there."""
    if ready() is None:
        threading.Thread(target=make, name="spark-archive", daemon=True).start()


def make() -> None:
    """Makes the archive, unless it is there or being made."""
    with _making:
        if ready() is None:
            with tempfile.TemporaryDirectory(dir=cache_folder()) as folder:
                _make_in(Path(folder))


def _make_in(folder: Path) -> None:
    (folder / "job.py").write_text(JOB)
    archive = folder / "classes.jsa"
    flags = f"{spark.FAST_START} -XX:ArchiveClassesAtExit={archive}"
    submit = str(spark.home() / "bin" / "spark-submit")
    command = [submit, "--master", "local[1]", "--driver-java-options", flags, str(folder / "job.py")]
    # Nobody waits for this, and somebody may be waiting for the processor.
    nice = ["nice", "-n", "19"] if shutil.which("nice") else []
    group = processes.start(
        [*nice, *command],
        {**os.environ, "SPARK_CONF_DIR": str(conf_folder()), "SPARK_HOME": str(spark.home())},
        folder,
        folder / "stdout",
        folder / "stderr",
    )
    if group.wait() == 0 and archive.exists():
        os.replace(archive, _file())


def _file() -> Path:
    java = str(spark.java().resolve())
    release = Path(java).parent.parent / "release"
    with contextlib.suppress(OSError):
        java += release.read_text()
    return cache_folder() / f"{hashlib.sha256(f'{spark.home()} {java}'.encode()).hexdigest()[:16]}.jsa"
