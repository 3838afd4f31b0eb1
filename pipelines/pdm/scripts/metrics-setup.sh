#!/usr/bin/env bash
# Step metrics-setup: the stale metrics file goes, and one for this attempt begins, so that nothing old is scraped.
#   metrics-setup.sh METRICS DATA_PRODUCT CORRELATION_ID RUN_ID
set -euo pipefail

metrics=$1 data_product=$2 correlation_id=$3 run_id=$4

aws s3 rm "$metrics"
printf '{"data_product": "%s", "correlation_id": "%s", "run_id": %d, "rows": {}}\n' \
    "$data_product" "$correlation_id" "$run_id" | aws s3 cp - "$metrics" --content-type application/json
echo "began $metrics for attempt $run_id of $correlation_id"
