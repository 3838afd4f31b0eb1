"""What `spark-submit` is on a cluster's PATH: Spark itself, told to run here instead of on YARN."""

import os
import sys

ELSEWHERE = ("--master", "--deploy-mode")
SETTINGS = ("spark.master", "spark.submit.deployMode")


def local(arguments: list[str]) -> list[str]:
    """The arguments without those that name a cluster manager; the program's own are left alone."""
    kept: list[str] = []
    rest = iter(arguments)
    for word in rest:
        if word in ELSEWHERE:
            next(rest, None)
        elif word in ("--conf", "-c"):
            setting = next(rest, "")
            kept += [] if setting.split("=")[0] in SETTINGS else [word, setting]
        elif word == "--properties-file":
            kept += _settings_in(next(rest, ""))
        elif word.startswith("--conf="):
            kept += [] if word.removeprefix("--conf=").split("=")[0] in SETTINGS else [word]
        elif word.startswith(tuple(f"{name}=" for name in ELSEWHERE)):
            continue
        elif word.startswith("-"):
            kept += [word] if "=" in word or word in FLAGS else [word, *_value(rest)]
        else:
            # The program: everything after it is its own.
            return [*kept, word, *rest]
    return kept


FLAGS = ("--verbose", "-v", "--supervise", "--help", "-h", "--version", "--usage-error", "-S", "--silent")


def _settings_in(file: str) -> list[str]:
    """A properties file as single settings, since Spark reads one such file only, and that is ours."""
    found: list[str] = []
    with open(file, encoding="utf-8") as lines:
        for line in lines:
            words = line.strip().replace("=", " ", 1).split(None, 1)
            if len(words) == 2 and not words[0].startswith("#") and words[0] not in SETTINGS:
                found += ["--conf", f"{words[0]}={words[1]}"]
    return found


def _value(rest) -> list[str]:
    return [value for value in [next(rest, None)] if value is not None]


def main() -> None:
    """Becomes Spark: HOME PROPERTIES TOOL ARGUMENT..."""
    home, properties, tool, *arguments = sys.argv[1:]
    command = [f"{home}/bin/{tool}", "--master", "local[2]", "--properties-file", properties]
    os.environ["SPARK_HOME"] = home
    # Spark's scripts start a first JVM only to find out how to start the second.
    os.environ.setdefault("SPARK_LAUNCHER_OPTS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
    os.execv(command[0], [*command, *local(arguments)])
