from dynamodb_storage import place
from growth import OURS, SCANNING, Seen, in_the_middle, lookup
from growth_report import bars, text


def seen(trips, items, wall):
    """What three like invocations took."""
    rest = {"lookup_calls": [1] * 3, "lookup_ms": [20.0] * 3, "bytes": [600 * items] * 3}
    rest |= {"units": [float(items)] * 3, "cpu_ms": [1.0] * 3}
    return Seen(round_trips=[trips] * 3, items=[items] * 3, wall_ms=[wall] * 3, **rest)


def growth(last):
    first = {OURS: seen(16, 20, 350.0), SCANNING: seen(2, 1_000, 45.0)}
    return {1_000: first, 1_000_000: {OURS: last, SCANNING: seen(600, 1_000_000, 13_000.0)}}


def test_what_stays_as_it_is_passes_every_bar():
    assert all(bar.passed for bar in bars(growth(seen(16, 20, 400.0))))


def test_one_round_trip_one_item_or_a_fifth_of_the_time_more_is_too_much():
    missed = [
        [bar.passed for bar in bars(growth(last))] for last in (seen(17, 20, 350.0), seen(16, 20, 421.0))
    ]
    assert missed == [[False, True, True, True], [True, True, False, True]]
    once = seen(16, 20, 350.0)
    once.items[1] += 1
    assert [bar.passed for bar in bars(growth(once))] == [True, False, True, True]


def test_the_report_shows_how_many_times_ours_a_scan_reads():
    lines = text(growth(seen(16, 20, 400.0)), 20).splitlines()
    (last,) = [line for line in lines if "1,000,000  scanning / ours" in line]
    assert "50,000.0" in last


def test_a_lookup_is_every_page_of_a_scan_or_the_first_query():
    query, get = ({"operation": name, "start": start} for name, start in (("Query", 1), ("GetItem", 2)))
    assert lookup([get, query]) == [query]
    scans = [{"operation": "Scan", "start": start} for start in (3, 1, 2)]
    assert [call["start"] for call in lookup([*scans, {"operation": "Publish", "start": 4}])] == [1, 2, 3]


def test_runs_are_in_the_middle_of_the_table():
    assert abs(place(in_the_middle()) / 2**64 - 0.5) < 0.01
