"""What Spark is told here of what a cluster was told for AWS."""

from pathlib import Path

import pytest

from emr_relay_local import spark, spark_command

DATA = Path("/data of mine")


def told(configurations, archive=None):
    """Spark's properties for these configurations."""
    return spark.properties(DATA, configurations, "thrift://here:1", archive)


def test_what_a_cluster_configures_holds_unless_it_is_for_aws():
    values = told(
        [
            {"Classification": "spark-defaults", "Properties": {"spark.a": "1", "spark.master": "yarn"}},
            {
                "Classification": "hive-site",
                "Properties": {
                    "hive.exec.dynamic.partition.mode": "nonstrict",
                    "hive.metastore.uris": "thrift://elsewhere",
                    "hive.metastore.warehouse.dir": "s3://bucket/warehouse",
                },
            },
            {"Classification": "core-site", "Properties": {"fs.s3.impl": "com.amazon.ws.emr.EmrFileSystem"}},
        ]
    )
    assert values["spark.a"] == "1" and "spark.master" not in values
    assert values["spark.hadoop.hive.exec.dynamic.partition.mode"] == "nonstrict"
    assert values["spark.sql.warehouse.dir"] == "s3://bucket/warehouse"
    assert values["spark.hadoop.hive.metastore.uris"] == "thrift://here:1"
    assert values["spark.hadoop.fs.s3.impl"] == spark.VIEWFS


def test_a_cluster_that_chooses_its_collector_gets_it_and_no_archive():
    own = [{"Classification": "spark-defaults", "Properties": {spark.OPTIONS: "-XX:+UseG1GC -Da=b"}}]
    assert told(own, Path("/x.jsa"))[spark.OPTIONS].endswith("-XX:+UseG1GC -Da=b")
    assert "UseSerialGC" not in told(own)[spark.OPTIONS]
    assert "SharedArchiveFile=/x.jsa" in told([], Path("/x.jsa"))[spark.OPTIONS]


def test_exports_reach_the_environment_but_for_where_emr_has_its_programs():
    export = {"Classification": "export", "Properties": {"A": "1", "PYSPARK_PYTHON": "/usr/bin/python3"}}
    own = [
        {"Classification": "spark-env", "Properties": {}, "Configurations": [export]},
        {"Classification": "spark-defaults", "Properties": {"spark.yarn.appMasterEnv.B": "2"}},
    ]
    assert spark.exports(own) == {"A": "1", "B": "2"}


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("--master yarn --deploy-mode cluster job.py", "job.py"),
        ("--master=yarn --deploy-mode=cluster job.py --master x", "job.py --master x"),
        ("--conf spark.master=yarn --conf a=b --conf=spark.submit.deployMode=c j.py", "--conf a=b j.py"),
        ("-v --py-files s3://b/x.py --jars=a job.py -c d", "-v --py-files s3://b/x.py --jars=a job.py -c d"),
        ("--class Main s3://b/a.jar", "--class Main s3://b/a.jar"),
        ("--master", ""),
    ],
)  # fmt: skip
def test_only_what_names_a_cluster_manager_is_dropped(given, kept):
    assert spark_command.local(given.split()) == kept.split()


def test_a_properties_file_of_the_job_s_own_is_laid_over(tmp_path):
    (tmp_path / "own").write_text("# mine\nspark.a  1\nspark.b=2\nspark.master yarn\n")
    words = spark_command.local(["--properties-file", str(tmp_path / "own"), "job.py"])
    assert words == ["--conf", "spark.a=1", "--conf", "spark.b=2", "job.py"]
