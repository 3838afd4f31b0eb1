"""Lay down raw input of the rentals pipeline and the folder of the pipeline; prints what was generated."""

import json
import subprocess
import sys
from pathlib import Path

import boto3

given = json.load(sys.stdin)
folder, raw = Path(given["folder"]), Path(given["raw"])
size = ["--rows", "500", "--seed", "11", "--dirty", "0.1"]
made = subprocess.run(
    [sys.executable, folder / "generate.py", *size, "--out", raw, "--json"], check=True, capture_output=True
)

s3 = boto3.client("s3")
for place, bucket, prefix in (
    (raw, given["data_bucket"], "rentals/raw"),
    (folder, given["config_bucket"], "rentals"),
):
    for path in place.rglob("*"):
        if path.suffix in (".csv", ".py", ".yaml", ".sql"):
            s3.upload_file(str(path), bucket, f"{prefix}/{path.relative_to(place).as_posix()}")
print(made.stdout.decode())
