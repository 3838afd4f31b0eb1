"""The raw CSV files: which there are, what their headers say, and their rows as text.

Files may differ in the order and spelling of their columns, in delimiter and in compression. A row that does
not fit its header is kept, with its line in `raw_line`.
"""

import csv
import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import StringType, StructField, StructType
from rental_tables import TABLES, Table

RAW_LINE = "_raw_line_of_a_malformed_row"


class InputProblem(Exception):
    """The input as a whole cannot be taken: what, where, and what to do instead."""


@dataclass
class Source:
    """The rows of a table as they stood in its files, and what is worth knowing about those files."""

    rows: DataFrame
    files: int
    notes: list[str] = field(default_factory=list)


def read_all(spark: SparkSession, folder: str) -> dict[str, Source]:
    """The sources of all tables; what is wrong with any of them is told at once."""
    sources, problems = {}, []
    for table in TABLES.values():
        try:
            sources[table.name] = read_source(spark, f"{folder}/{table.name}", table)
        except InputProblem as problem:
            problems.append(str(problem))
    if problems:
        raise InputProblem("; ".join(problems))
    return sources


@dataclass(frozen=True)
class Layout:
    """What the header of a file says: how it is delimited, and its columns in their order."""

    delimiter: str
    titles: tuple[str, ...]
    columns: tuple[str, ...]

    def schema(self) -> StructType:
        """All text, under the file's own titles, since Spark warns of each file where they differ."""
        seen = Counter(title.lower() for title in self.titles)
        names = [t if t and seen[t.lower()] == 1 else f"c{i}" for i, t in enumerate(self.titles)]
        return StructType([StructField(name, StringType()) for name in (*names, RAW_LINE)])


def read_source(spark: SparkSession, folder: str, table: Table) -> Source:
    """Reads all CSV files under a folder, whatever the order and spelling of their columns.

    Raises InputProblem, with all that is wrong in any file, when one cannot be of this table.
    """
    files = csv_files(spark, folder)
    with ThreadPoolExecutor(8) as pool:
        layouts = list(pool.map(lambda name: layout_of(header_line(spark, name), table), files))
    problems = [p for name, layout in zip(files, layouts, strict=True) for p in misfits(name, layout, table)]
    if problems:
        raise InputProblem("; ".join(problems))
    alike: dict[Layout, list[str]] = {}
    for name, layout in zip(files, layouts, strict=True):
        alike.setdefault(layout, []).append(name)
    parts = [rows_of(spark, names, layout, table) for layout, names in alike.items()]
    rows = parts[0]
    for part in parts[1:]:
        rows = rows.unionByName(part)
    notes = [note for layout, names in alike.items() for note in notes_on(names, layout, table)]
    return Source(rows, len(files), notes)


def csv_files(spark: SparkSession, folder: str) -> list[str]:
    """The CSV files at any depth under a folder, in the order of their names."""
    path = spark._jvm.org.apache.hadoop.fs.Path(folder)
    files = path.getFileSystem(spark._jsc.hadoopConfiguration())
    found = []
    if files.exists(path):
        listing = files.listFiles(path, True)
        while listing.hasNext():
            found.append(listing.next().getPath().toString())
    # Names that begin with a dot or an underscore are what Spark and Hadoop leave behind, not data.
    hidden = re.compile(r"/[._][^/]*")
    below = len(path.toString())
    chosen = [f for f in found if re.search(r"(?i)\.csv(\.gz|\.bz2)?$", f) and not hidden.search(f, below)]
    if not chosen:
        raise InputProblem(f"no CSV files under {folder}: put at least one file with a header line there")
    return sorted(chosen)


def header_line(spark: SparkSession, name: str) -> str:
    """The first line of a file, unpacked where it is compressed."""
    jvm, conf = spark._jvm, spark._jsc.hadoopConfiguration()
    path = jvm.org.apache.hadoop.fs.Path(name)
    stream = path.getFileSystem(conf).open(path)
    codec = jvm.org.apache.hadoop.io.compress.CompressionCodecFactory(conf).getCodec(path)
    unpacked = codec.createInputStream(stream) if codec else stream
    reader = jvm.java.io.BufferedReader(jvm.java.io.InputStreamReader(unpacked, "UTF-8"))
    try:
        line = reader.readLine()
    finally:
        reader.close()
    return (line or "").lstrip("\ufeff")


def layout_of(header: str, table: Table) -> Layout:
    """Reads a header; a column of the table is known in any spelling: `User ID`, `userId`, `USER_ID`."""
    ours = {squeezed(name): name for name in table.columns}
    delimiter = max(",;\t|", key=header.count)
    titles = next(csv.reader([header], delimiter=delimiter), [])
    columns = tuple(ours.get(squeezed(t), f"extra:{t.strip()}") for t in titles)
    return Layout(delimiter, tuple(titles), columns)


def squeezed(title: str) -> str:
    """A title reduced to what does not change with the taste of its writer."""
    return re.sub("[^a-z0-9]", "", title.lower())


def misfits(name: str, layout: Layout, table: Table) -> list[str]:
    """What forbids to read a file as this table."""
    if not layout.columns:
        return [f"{name} is empty: it needs a header line"]
    here = ", ".join(c.removeprefix("extra:") for c in layout.columns)
    missing = [c for c in table.needed if c not in layout.columns]
    twice = sorted({c for c in table.columns if layout.columns.count(c) > 1})
    return [f"{name} has no column {c}, which {table.name} needs; its columns: {here}" for c in missing] + [
        f"{name} has the column {c} twice" for c in twice
    ]


def notes_on(names: list[str], layout: Layout, table: Table) -> list[str]:
    """What a reader of the log should know about files that are taken all the same."""
    extra = [c.removeprefix("extra:") for c in layout.columns if c.startswith("extra:")]
    absent = [c for c in table.columns if c not in layout.columns]
    where = names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"
    notes = []
    if extra:
        notes.append(f"{where}: columns left out: {', '.join(extra)}")
    if absent:
        notes.append(f"{where}: columns absent, taken as empty: {', '.join(absent)}")
    return notes


def rows_of(spark: SparkSession, names: list[str], layout: Layout, table: Table) -> DataFrame:
    """The rows of files of one layout, all text, each with its file, place and, where malformed, its line."""
    read = spark.read.csv(
        [re.sub(r"([\[\]{}*?\\])", r"\\\1", name) for name in names],
        schema=layout.schema(),
        sep=layout.delimiter,
        header=True,
        multiLine=True,
        quote='"',
        escape='"',
        mode="PERMISSIVE",
        columnNameOfCorruptRecord=RAW_LINE,
    ).toDF(*(f"c{i}" for i in range(len(layout.columns))), "raw_line")
    places = {c: i for i, c in enumerate(layout.columns)}
    absent = F.lit(None).cast("string")
    ours = [(F.col(f"c{places[c]}") if c in places else absent).alias(c) for c in table.columns]
    # A multi-line file is never split, so within a file this number rises with the row.
    position = F.monotonically_increasing_id().alias("position")
    return read.select(*ours, "raw_line", F.input_file_name().alias("source_file"), position)
