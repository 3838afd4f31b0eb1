#!/usr/bin/env python3
"""Shows that the explorer bites: makes one mistake after the other in a copy of the code, demands a red test.

The mistakes are listed in crates/world/mutants/*.toml. Each names a file, a text that stands there once, what
to put in its place, why that is wrong, and the test that must find it: one of the explorer, unless another
binary of the world's tests is named. A text that does not stand there any more is an error: whoever changed
the code has to say what the mistake would be now.
"""

import argparse
import re
import shutil
import subprocess
import sys
import time
import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TREE = ROOT / "target" / "mutants"
CRATES = ["crates/pipeline", "crates/world"]
CARGO = ["cargo", "test", "--quiet", "--offline", "--package", "world"]
PATIENCE_SECONDS = 600


@dataclass(frozen=True)
class Mutant:
    """One mistake, of the list of this name."""

    list: str
    name: str
    file: str
    old: str
    new: str
    why: str
    test: str
    binary: str = "explore"

    def applied_to(self, text: str) -> str:
        """The text with the mistake in it."""
        found = text.count(self.old)
        if found != 1:
            raise StaleMutant(f"the text to replace stands {found} times in {self.file}, and not once")
        return text.replace(self.old, self.new)


@dataclass(frozen=True)
class Verdict:
    """What came of a mistake."""

    bitten: bool
    told: str


class StaleMutant(Exception):
    """The code has moved on from what a mutant says of it."""


def listed(folder: Path) -> list[Mutant]:
    """Every mutant of every list, in the order of the files."""
    mutants = []
    for path in sorted(folder.glob("*.toml")):
        for entry in tomllib.loads(path.read_text())["mutant"]:
            old, new = entry.pop("from"), entry.pop("to")
            mutants.append(Mutant(list=path.stem, old=old, new=new, **entry))
    return mutants


def write_if_new(path: Path, content: bytes) -> None:
    """Leaves a file alone that has this content already, so that cargo does not compile it again."""
    if not path.exists() or path.read_bytes() != content:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def copy_code() -> None:
    """Makes the tree a workspace of the two crates, as they are now."""
    for crate in CRATES:
        wanted = {path.relative_to(ROOT) for path in (ROOT / crate).rglob("*") if path.is_file()}
        present = {path.relative_to(TREE) for path in (TREE / crate).rglob("*") if path.is_file()}
        for gone in present - wanted:
            (TREE / gone).unlink()
        for path in wanted:
            write_if_new(TREE / path, (ROOT / path).read_bytes())
    manifest = (ROOT / "Cargo.toml").read_text()
    members = "members = [" + ", ".join(f'"{crate}"' for crate in CRATES) + "]"
    write_if_new(TREE / "Cargo.toml", re.sub(r"members = \[.*?\]", members, manifest, flags=re.S).encode())
    shutil.copy(ROOT / "Cargo.lock", TREE / "Cargo.lock")


def cargo(binary: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs tests of a binary in the tree."""
    command = [*CARGO, "--test", binary, *arguments]
    return subprocess.run(command, cwd=TREE, capture_output=True, text=True, timeout=PATIENCE_SECONDS)


def red_before(mutants: list[Mutant]) -> str:
    """What the tests of the mutants say that are red although no mistake has been made."""
    said = ""
    for binary in sorted({mutant.binary for mutant in mutants}):
        ran = cargo(binary, "--", *{mutant.test for mutant in mutants if mutant.binary == binary})
        said += ran.stdout + ran.stderr if ran.returncode != 0 else ""
    return said


def judged(mutant: Mutant) -> Verdict:
    """Compiles the tree with the mistake in it and runs the test that must find it."""
    built = cargo(mutant.binary, "--no-run")
    if built.returncode != 0:
        return Verdict(False, "DOES NOT COMPILE\n" + built.stderr)
    ran = cargo(mutant.binary, "--", mutant.test)
    if re.search(r"running 0 tests", ran.stdout) or "running" not in ran.stdout:
        return Verdict(False, f"THERE IS NO TEST {mutant.test}")
    if ran.returncode == 0:
        return Verdict(False, f"SURVIVED {mutant.test}")
    broken = re.search(r"^BROKEN +(.*)\n.*\n(?:.*\n)*?found +(.*)$", ran.stdout + ran.stderr, flags=re.M)
    return Verdict(True, f"{broken[1]} ({broken[2]})" if broken else "red, without a broken promise")


def tried(mutant: Mutant) -> Verdict:
    """Makes the mistake, judges it, and takes it back."""
    path = TREE / mutant.file
    original = path.read_text()
    try:
        path.write_text(mutant.applied_to(original))
        return judged(mutant)
    except StaleMutant as stale:
        return Verdict(False, f"STALE: {stale}")
    except subprocess.TimeoutExpired:
        return Verdict(False, f"NO ANSWER from {mutant.test} in {PATIENCE_SECONDS} s")
    finally:
        write_if_new(path, original.encode())


def arguments() -> argparse.Namespace:
    """What was asked for on the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "words", nargs="*", help="only mutants whose list, name or file contains one of these"
    )
    return parser.parse_args()


def chosen(words: list[str]) -> list[Mutant]:
    """The mutants that were asked for; all, where nothing was said."""
    mutants = listed(ROOT / "crates" / "world" / "mutants")
    return [
        mutant
        for mutant in mutants
        if not words or any(word in f"{mutant.list} {mutant.name} {mutant.file}" for word in words)
    ]


def main() -> int:
    """Tries the mutants and says which survived; 0 if none did."""
    mutants = chosen(arguments().words)
    copy_code()
    if red := red_before(mutants):
        print(red, "\nthe code is red before any mistake is made", file=sys.stderr)
        return 1
    width = max((len(mutant.name) for mutant in mutants), default=0)
    survivors = 0
    for mutant in mutants:
        began = time.monotonic()
        verdict = tried(mutant)
        survivors += not verdict.bitten
        mark = "bitten" if verdict.bitten else "ALIVE "
        print(
            f"{mark}  {mutant.name:<{width}}  {time.monotonic() - began:4.0f} s  {verdict.told}", flush=True
        )
        if not verdict.bitten:
            print(f"        {mutant.why}; {mutant.file}", flush=True)
    print(f"{len(mutants) - survivors} of {len(mutants)} mistakes were found")
    return 1 if survivors or not mutants else 0


if __name__ == "__main__":
    sys.exit(main())
