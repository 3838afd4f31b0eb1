import sys
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

FOLDER = Path(__file__).parents[1]
sys.path[:0] = [str(FOLDER), str(FOLDER / "jobs")]


@pytest.fixture(scope="session")
def spark(tmp_path_factory):
    """One small real Spark for all tests, with the settings of the job."""
    from transformation_job import SETTINGS

    builder = SparkSession.builder.master("local[1]").appName("rentals-tests")
    settings = {
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "1",
        "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
        # Rows this few are interpreted sooner than code for them is compiled.
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.codegen.factoryMode": "NO_CODEGEN",
        "spark.sql.warehouse.dir": str(tmp_path_factory.mktemp("warehouse")),
        **SETTINGS,
    }
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()


@pytest.fixture
def company(spark, tmp_path):
    """A rental company whose files a test may change before it runs the transformation."""
    return Company(spark, tmp_path)


class Company:
    """Small raw files, and what the transformation makes of them."""

    def __init__(self, spark, folder):
        self.spark, self.folder = spark, folder
        self.put(
            "users/u.csv",
            "user_id,first_name,last_name,email,phone_number,driver_license_number,"
            "driver_license_expiry,creation_date,is_active\n"
            "U1,Ada,Adams,ada@example.com,555-0001,D1,2030-01-31,2020-02-29,1\n"
            "U2,Ben,Baker,ben@example.com,555-0002,D2,2031-01-31,2021-03-01,0\n",
        )
        self.put(
            "vehicles/v.csv",
            "active,vehicle_license_number,registration_name,license_type,"
            "expiration_date,permit_license_number,certification_date,vehicle_year,"
            "base_telephone_number,base_address,vehicle_id,last_update_timestamp,brand,vehicle_type\n"
            "1,5001,CITY CARS LLC,HIRE,2026-01-01,P1,2019-05-05,2018,555-1,1 Main St,V1,"
            "2024-01-01 10:00:00,Kia,compact\n",
        )
        self.put(
            "locations/l.csv",
            "location_id,location_name,address,city,state,zip_code,latitude,longitude\n"
            "L1,Airport,1 Air Rd,Boston,MA,02101,42.36,-71.05\n"
            "L2,Harbor,2 Sea Rd,Boston,MA,02102,42.35,-71.04\n",
        )
        self.rentals("R1,U1,V1,2024-01-01 10:00:00,2024-01-01 12:30:00,L1,L2,25.50")

    def put(self, name, content):
        path = self.folder / "raw" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())

    def rentals(self, *lines):
        header = (
            "rental_id,user_id,vehicle_id,rental_start_time,rental_end_time,"
            "pickup_location,dropoff_location,total_amount"
        )
        self.put("rental_transactions/r.csv", "\n".join((header, *lines)) + "\n")

    def transform(self, *options):
        from transformation_job import arguments, transform

        places = {"input": "raw", "output": "output", "rejects": "rejects", "summary": "summary"}
        folders = [part for name, at in places.items() for part in (f"--{name}", f"{self.folder}/{at}")]
        return transform(self.spark, arguments([*folders, *options]))["tables"]

    def rows(self, name, key):
        """Rows of a written table, such as `output/users` or `rejects/users`, by one of their columns."""
        return {row[key]: row for row in self.spark.read.parquet(str(self.folder / name)).collect()}
