#!/usr/bin/env bash
# Step courtesy-flush: a run begins without what an earlier attempt of it left in the temporary folder.
#   courtesy-flush.sh DATA CORRELATION_ID
set -euo pipefail

data=${1%/} correlation_id=$2
# A scheduled run has colons in its name, which Hadoop does not take in a folder's.
temporary="$data/tmp/${correlation_id//[^A-Za-z0-9._-]/_}/"

echo "removing what is left in $temporary"
aws s3 rm --recursive "$temporary"
