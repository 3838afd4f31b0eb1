#!/usr/bin/env bash
# Step flush-s3: says in a manifest what the run has published, and removes its temporary folder.
#   flush-s3.sh DATA EXPOSED CORRELATION_ID
set -euo pipefail

data=${1%/} exposed=${2%/}/ correlation_id=$3
safe=${correlation_id//[^A-Za-z0-9._-]/_}
manifest="$data/manifests/$safe.json"
bucket_and_prefix=${exposed#s3://}

published=$(aws s3api list-objects-v2 --bucket "${bucket_and_prefix%%/*}" --prefix "${bucket_and_prefix#*/}" \
    --query "Contents[?Size > \`0\`].{key: Key, bytes: Size} || \`[]\`" --output json)
printf '{"correlation_id": "%s", "published": %s}\n' "$correlation_id" "$published" |
    aws s3 cp - "$manifest" --content-type application/json
# The temporary folder goes last: until the manifest stands, this step can be run again with everything in place.
aws s3 rm --recursive "$data/tmp/$safe/"
echo "wrote $manifest"
