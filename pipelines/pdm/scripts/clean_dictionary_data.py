#!/usr/bin/env python3
"""Step clean-dictionary-data: the data dictionary, which people keep by hand, made fit to be joined with.

A row says what a code means in a field of a dataset. Blanks and cases are put right; a row without a code or
a meaning is left out, and of several rows for one code the last in the file holds.

    clean_dictionary_data.py s3://FILE s3://DATA CORRELATION_ID

The clean one goes to DATA/tmp/RUN/dictionary.csv, where the step source finds it.
"""

import csv
import io
import re
import subprocess
import sys
from collections import Counter

COLUMNS = ("dataset", "field", "code", "description")


def clean(rows):
    """The good rows, sorted, and how many were left out for which reason."""
    meanings, left_out = {}, Counter()
    for row in rows:
        values = [" ".join((row.get(name) or "").split()) for name in COLUMNS]
        dataset, field, code, description = values
        if not (dataset and field and code):
            left_out["incomplete"] += 1
        elif description.lower() in ("", "null", "tbc"):
            left_out["without_description"] += 1
        else:
            key = (dataset.lower(), field.lower(), code.upper())
            left_out["replaced_by_a_later_row"] += key in meanings
            meanings[key] = description
    return [(*key, meanings[key]) for key in sorted(meanings)], +left_out


def cleaned(text):
    """The file as it should be, and the count of what was left out."""
    reader = csv.DictReader(io.StringIO(text.lstrip("\ufeff")))
    missing = [name for name in COLUMNS if name not in (reader.fieldnames or [])]
    if missing:
        sys.exit(f"Error: the dictionary has no column {', '.join(missing)}; its header: {reader.fieldnames}")
    rows, left_out = clean(reader)
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows([COLUMNS, *rows])
    return written.getvalue(), len(rows), left_out


def copy(source, target, content=None):
    """Moves one object or file by the AWS CLI, which every cluster has."""
    command = ["aws", "s3", "cp", "--only-show-errors", source, target]
    done = subprocess.run(command, input=content, stdout=subprocess.PIPE, check=False)
    if done.returncode != 0:
        sys.exit(f"Error: {source} could not be copied to {target} (exit code {done.returncode})")
    return done.stdout


def main():
    """Reads, cleans, writes, and says what was done."""
    source, data, correlation_id = sys.argv[1:]
    target = f"{data.rstrip('/')}/tmp/{re.sub('[^A-Za-z0-9._-]', '_', correlation_id)}/dictionary.csv"
    text, rows, left_out = cleaned(copy(source, "-").decode())
    copy("-", target, text.encode())
    reasons = ", ".join(f"{count} {reason}" for reason, count in sorted(left_out.items())) or "none"
    print(f"wrote {rows} rows to {target}; left out: {reasons}")


if __name__ == "__main__":
    main()
