"""The release binaries, and what each weighs as a package."""

from __future__ import annotations

import io
import json
import subprocess
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def build(packages: list[str]) -> dict[str, Path]:
    """Builds the packages' binaries as they are deployed; Cargo says on standard error how far it is."""
    command = ["cargo", "build", "--release", "--locked", "--message-format=json-render-diagnostics"]
    command += [argument for package in packages for argument in ("-p", package)]
    built = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    messages = (json.loads(line) for line in built.stdout.splitlines())
    artifacts = (message for message in messages if message.get("executable"))
    return {artifact["target"]["name"]: Path(artifact["executable"]) for artifact in artifacts}


def package_mb(binary: Path) -> float:
    """Megabytes of the ZIP file that holds the binary as `bootstrap`."""
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.write(binary, "bootstrap")
    return len(package.getvalue()) / 1e6
