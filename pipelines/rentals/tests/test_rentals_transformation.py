import json
from datetime import date, datetime
from decimal import Decimal

import pytest
from rental_files import InputProblem


def test_good_rows_become_typed_rows(company):
    counts = company.transform()
    assert {name: (c["read"], c["accepted"], c["rejected"]) for name, c in counts.items()} == {
        "users": (2, 2, 0),
        "vehicles": (1, 1, 0),
        "locations": (2, 2, 0),
        "rental_transactions": (1, 1, 0),
    }
    user = company.rows("output/users", "user_id")["U1"]
    assert (user.creation_date, user.is_active) == (date(2020, 2, 29), True)
    vehicle = company.rows("output/vehicles", "vehicle_id")["V1"]
    assert (vehicle.vehicle_year, vehicle.last_update_timestamp) == (2018, datetime(2024, 1, 1, 10))
    assert company.rows("output/locations", "location_id")["L1"].zip_code == "02101"
    rental = company.rows("output/rental_transactions", "rental_id")["R1"]
    assert rental.asDict() == {
        "rental_id": "R1",
        "user_id": "U1",
        "vehicle_id": "V1",
        "rental_start_time": datetime(2024, 1, 1, 10),
        "rental_end_time": datetime(2024, 1, 1, 12, 30),
        "pickup_location": "L1",
        "dropoff_location": "L2",
        "total_amount": Decimal("25.50"),
    }


BAD_RENTALS = {
    "A1,U1,V1,2024-01-01 10:00:00,2024-01-01 12:00:00,L1": "malformed_row",
    "A2,U1,V1,2024-01-01 10:00:00,2024-01-01 12:00:00,L1,L2,5.00,more": "malformed_row",
    "A3,,V1,2024-01-01 10:00:00,2024-01-01 12:00:00,L1,L2,5.00": "missing_user_id",
    "A4,U1,V1,2024-01-01 10:00:00,N/A,L1,L2,5.00": "missing_rental_end_time",
    "A5,U1,V1,soon,2024-01-01 12:00:00,L1,L2,5.00": "invalid_rental_start_time",
    "A6,U1,V1,2024-01-01 10:00:00,2024-01-01 12:00:00,L1,L2,much": "invalid_total_amount",
    "A7,U1,V1,2024-01-01 12:00:01,2024-01-01 12:00:00,L1,L2,5.00": "end_before_start",
    "A8,U1,V1,2024-01-01 10:00:00,2024-01-01 12:00:00,L1,L2,-5.00": "negative_amount",
    "A9,U9,V1,2024-01-01 10:00:00,2024-01-01 12:00:00,L1,L2,5.00": "unknown_user",
    "B1,U1,V9,2024-01-01 10:00:00,2024-01-01 12:00:00,L1,L2,5.00": "unknown_vehicle",
    "B2,U1,V1,2024-01-01 10:00:00,2024-01-01 12:00:00,L9,L2,5.00": "unknown_pickup_location",
    "B3,U1,V1,2024-01-01 10:00:00,2024-01-01 12:00:00,L1,L9,5.00": "unknown_dropoff_location",
    "R1,U2,V1,2024-01-01 10:00:00,2024-01-01 12:00:00,L1,L2,99.00": "duplicate_rental_id",
}


def test_each_bad_row_is_kept_as_it_came_with_its_reason_and_counted(company):
    company.rentals("R1,U1,V1,2024-01-01 10:00:00,2024-01-01 12:30:00,L1,L2,25.50", *BAD_RENTALS)
    counts = company.transform()["rental_transactions"]
    expected = list(BAD_RENTALS.values())
    assert counts["reasons"] == {reason: expected.count(reason) for reason in sorted(expected)}
    assert (counts["read"], counts["accepted"], counts["rejected"]) == (14, 1, 13)
    kept = company.rows("rejects/rental_transactions", "rental_id")
    assert {line.split(",")[0]: reason for line, reason in BAD_RENTALS.items()} == {
        key: row.reject_reason for key, row in kept.items()
    }
    assert (kept["A5"].rental_start_time, kept["A5"].total_amount) == ("soon", "5.00")
    assert kept["A2"].raw_line == "A2,U1,V1,2024-01-01 10:00:00,2024-01-01 12:00:00,L1,L2,5.00,more"
    assert kept["A5"].source_file.endswith("/rental_transactions/r.csv")
    # The first of two rows with one key stays.
    assert company.rows("output/rental_transactions", "rental_id")["R1"].total_amount == Decimal("25.50")


def test_a_bad_row_does_not_take_the_key_from_a_good_one(company):
    company.rentals(
        "R1,U9,V1,2024-01-01 10:00:00,2024-01-01 12:30:00,L1,L2,1.00",
        "R1,U1,V1,2024-01-01 10:00:00,2024-01-01 12:30:00,L1,L2,2.00",
    )
    assert company.transform()["rental_transactions"]["reasons"] == {"unknown_user": 1}
    assert company.rows("output/rental_transactions", "rental_id")["R1"].total_amount == Decimal("2.00")


def test_an_unreadable_value_that_is_not_needed_is_cleared_and_counted(company):
    company.put("users/u.csv", "user_id,creation_date,is_active\nU1,someday,perhaps\nU2,2021-01-01,maybe\n")
    counts = company.transform()["users"]
    assert (counts["accepted"], counts["cleared"]) == (2, {"creation_date": 1, "is_active": 2})
    assert company.rows("output/users", "user_id")["U1"].creation_date is None


def test_running_again_replaces_what_was_there_and_the_summary_says_what_is_there_now(company):
    company.transform()
    company.put("users/u.csv", "user_id\nU1\nU3\n")
    counts = company.transform()
    assert sorted(company.rows("output/users", "user_id")) == ["U1", "U3"]
    assert json.loads((company.folder / "summary").read_text()) == {"tables": counts}


def test_too_many_rejects_publish_nothing_but_can_be_looked_at(company):
    company.rentals(
        "R1,U1,V1,2024-01-01 10:00:00,2024-01-01 12:30:00,L1,L2,25.50",
        "R2,U9,V1,2024-01-01 10:00:00,2024-01-01 12:30:00,L1,L2,25.50",
    )
    with pytest.raises(InputProblem, match=r"rental_transactions: 1 of 2 rows \(50.0 %\).*unknown_user"):
        company.transform("--max-rejects", "49")
    assert not (company.folder / "output").exists()
    assert list(company.rows("rejects/rental_transactions", "rental_id")) == ["R2"]
    company.transform("--max-rejects", "50")
    assert list(company.rows("output/rental_transactions", "rental_id")) == ["R1"]
