"""Steps on real Spark, over the buckets' folders."""

from emr_server import runner

JOB = b"""
import sys
from pyspark.sql import SparkSession

session = SparkSession.builder.enableHiveSupport().getOrCreate()
rows = session.read.option("header", True).csv("s3://code/input.csv")
rows.write.mode("overwrite").partitionBy("dt").parquet("s3a://results/plain/")
session.sql("CREATE DATABASE IF NOT EXISTS kpis LOCATION 's3://results/kpis'")
session.sql("CREATE TABLE kpis.counts STORED AS PARQUET AS SELECT 'a' AS dt, 1 AS n")
print(session.sql("SELECT * FROM kpis.counts").collect(), session.conf.get("spark.of.mine"), sys.argv[1:])
"""
ON_YARN = ("spark-submit", "--deploy-mode", "cluster", "--master", "yarn", "--conf", "spark.master=yarn")
CONFIGURATIONS = [
    {
        "Classification": "spark-defaults",
        "Properties": {
            "spark.master": "yarn",
            "spark.submit.deployMode": "cluster",
            "spark.of.mine": "mine = yes: \\ and #",
            "spark.driver.extraClassPath": "/usr/lib/hadoop-lzo/lib/*",
        },
    },
    {
        "Classification": "spark-hive-site",
        "Properties": {
            "hive.metastore.client.factory.class": "com.amazonaws.glue.AWSGlueDataCatalogHiveClientFactory",
            "javax.jdo.option.ConnectionURL": "jdbc:mysql://db:3306/hive",
        },
    },
]


def test_spark_runs_over_buckets_by_a_cluster_s_own_configuration(clusters):
    s3 = clusters.s3
    s3.create_bucket(Bucket="results", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    s3.put_object(Bucket="code", Key="job.py", Body=JOB)
    s3.put_object(Bucket="code", Key="input.csv", Body=b"dt,v\n2024-01-01,1\n2024-01-02,2\n")
    cluster = clusters.run(
        runner("job", "command-runner.jar", *ON_YARN, "s3://code/job.py", "--master", "own"),
        runner("nowhere", "command-runner.jar", *ON_YARN, "s3://no-such-bucket/job.py"),
        Configurations=CONFIGURATIONS,
    )
    clusters.reach(cluster)
    assert clusters.steps(cluster)["job"] == "COMPLETED", clusters.log(cluster, "job", "stderr")
    assert "[Row(dt='a', n=1)] mine = yes: \\ and # ['--master', 'own']" in clusters.log(cluster, "job")
    keys = [one["Key"] for one in s3.list_objects_v2(Bucket="results")["Contents"]]
    folders = {key.rpartition("/")[0] for key in keys}
    assert folders == {"plain", "plain/dt=2024-01-01", "plain/dt=2024-01-02", "kpis/counts"}
    missing = clusters.step(cluster, "nowhere")["Status"]["FailureDetails"]["Message"]
    assert "the bucket 'no-such-bucket' does not exist" in missing
