"""From the text in a file, in stages, to a typed value, or to null where it cannot be read.

`text` and `said` find out whether there is a value, `plain` brings it to fewer spellings, `typed` reads it.
They expect a session whose time zone is UTC and where what does not parse is null (ANSI mode off).
"""

from pyspark.sql import Column
from pyspark.sql import functions as F

NOTHING = ["null", "none", "n/a", "na", "nan", "nat", "\\n", "-"]
YES = ["true", "t", "yes", "y", "1", "1.0", "on", "active"]
NO = ["false", "f", "no", "n", "0", "0.0", "off", "inactive"]

NUMBER = r"^[-+]?(\d+\.?\d*|\.\d+)$"


def text(raw: Column) -> Column:
    """Text without surrounding or repeated blanks; empty is null."""
    return F.nullif(F.trim(F.regexp_replace(raw, "[\\s\u00a0]+", " ")), F.lit(""))


def said(value: Column) -> Column:
    """Null too for the many spellings of "no value": only for what is not free text."""
    return F.when(~F.lower(value).isin(NOTHING), value)


def plain(kind: str, value: Column, day_first: bool) -> Column:
    """The same value in fewer spellings: moments year first, amounts without currency and brackets."""
    if kind in ("timestamp", "date"):
        return year_first(value, day_first)
    if kind == "amount":
        bare = F.regexp_replace(value, "(?i)usd|eur|gbp|[$€£ ]", "")
        return F.regexp_replace(bare, r"^\((.*)\)$", "-$1")
    return F.lower(value) if kind in ("boolean", "email") else value


def year_first(value: Column, day_first: bool) -> Column:
    """Slashes are read month first, as Americans write, unless `day_first`; dashes and dots day first."""
    turned = F.regexp_replace(value, r"^(\d{4})(\d{2})(\d{2})(?=$|[ T])", "$1-$2-$3")
    turned = F.regexp_replace(turned, r"^(\d{4})[/.](\d{1,2})[/.](\d{1,2})", "$1-$2-$3")
    slashed = "$3-$2-$1" if day_first else "$3-$1-$2"
    turned = F.regexp_replace(turned, r"^(\d{1,2})/(\d{1,2})/(\d{4})", slashed)
    turned = F.regexp_replace(turned, r"^(\d{1,2})[-.](\d{1,2})[-.](\d{4})", "$3-$2-$1")
    return F.regexp_replace(turned, r"(:\d{2}(?:\.\d+)?[+-]\d{2})(\d{2})$", "$1:$2")


def typed(kind: str, value: Column) -> Column:
    """The value of a plain spelling, or null."""
    parsers = {
        "boolean": lambda v: F.when(v.isin(YES), True).when(v.isin(NO), False),
        "amount": amount,
        "year": year,
        "latitude": lambda v: number(v, -90, 90),
        "longitude": lambda v: number(v, -180, 180),
        "timestamp": timestamp,
        "date": lambda v: F.to_date(timestamp(v)),
    }
    return parsers[kind](value) if kind in parsers else value


def amount(value: Column) -> Column:
    """Money: `1234.5`, `1,234.50`, or `1.234,50` where only a decimal comma makes sense of it."""
    comma_groups = value.rlike(r"^[-+]?\d{1,3}(,\d{3})+(\.\d*)?$")
    decimal_comma = value.rlike(r"^[-+]?(\d{1,3}(\.\d{3})+|\d+),\d{1,2}$")
    number = (
        F.when(value.rlike(NUMBER), value)
        .when(comma_groups, F.translate(value, ",", ""))
        .when(decimal_comma, F.translate(value, ",.", "."))
    )
    return number.cast("decimal(12,2)")


def number(value: Column, low: float, high: float) -> Column:
    """A plain number within bounds."""
    return F.when(value.rlike(NUMBER) & value.cast("double").between(low, high), value.cast("double"))


def year(value: Column) -> Column:
    """A year of this age; `2018.0`, as some tools write it, is 2018."""
    return F.when(value.rlike(r"^(19|20)\d\d(\.0*)?$"), F.substring(value, 1, 4).cast("int"))


def timestamp(value: Column) -> Column:
    """A moment: ISO 8601, a twelve-hour clock, `31-Jan-2024 15:30`, seconds or milliseconds since 1970."""
    iso = r"^\d{4}-\d{1,2}-\d{1,2}([ T].*\d|[ T].*(Z|UTC|GMT))?$"
    spaced = F.regexp_replace(F.upper(value), " ?([AP]M)$", " $1")
    named = F.initcap(F.regexp_replace(value, r"^(\d{1,2})-(\w{3})-(\d{4})", "$1 $2 $3"))
    named_month = value.rlike(r"^\d{1,2}[- ]\w{3}[- ]\d{4}")
    return (
        # Only a date may be cast: Spark reads a lone `12:30` as today at 12:30.
        F.when(value.rlike(iso), value.cast("timestamp"))
        .when(value.rlike(r"(?i)\d ?[ap]m$"), F.to_timestamp(spaced, "yyyy-M-d h:mm[:ss] a"))
        .when(named_month, F.to_timestamp(named, "d MMM yyyy[ H:mm[:ss]]"))
        .when(value.rlike(r"^\d{10}$"), F.timestamp_seconds(value.cast("bigint")))
        .when(value.rlike(r"^\d{13}$"), F.timestamp_millis(value.cast("bigint")))
    )
