#!/usr/bin/env bash
# Step flush-gateway: the run is over, and its metrics file goes, so that nobody scrapes it as if it went on.
#   flush-gateway.sh METRICS
set -euo pipefail

metrics=$1

aws s3 rm "$metrics"
echo "removed $metrics"
