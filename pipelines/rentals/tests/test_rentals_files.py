import gzip
from datetime import datetime
from decimal import Decimal

import pytest
from rental_files import InputProblem


def test_files_that_somebody_else_wrote_go_through(company):
    # Windows line ends, a byte order mark, titles of their own, another order, columns that are not ours.
    company.put(
        "users/crm export (1).csv",
        b'\xef\xbb\xbf"Is Active", User ID ,Loyalty,E-mail,LastName\r\n'
        b'yes,U3,gold,CY@Example.com,"O\'Neil, Jr."\r\n',
    )
    company.put(
        "vehicles/2024/v[1].CSV",
        'vehicle_id;brand;base_address;vehicle_year\nV2;"Citro\u00ebn ""DS""";"2 Main St\nFloor 3";2019.0\n',
    )
    company.put("locations/more.csv.gz", gzip.compress(b"LOCATION_ID\tCITY\tNOTES\nL3\t  New   York \tx\n"))
    company.put(
        "rental_transactions/r2.csv",
        "total_amount,rental_id,vehicle_id,user_id,dropoff_location,pickup_location,rental_end_time,rental_start_time\n"
        '"$1,234.50",R2, V2 ,U3,L3,L1,1/2/2024 1:30 PM,1/1/2024 12:00 AM\n\n',
    )
    counts = company.transform()
    assert [c["rejected"] for c in counts.values()] == [0, 0, 0, 0]
    assert [c["files"] for c in counts.values()] == [2, 2, 2, 2]
    user = company.rows("output/users", "user_id")["U3"]
    assert (user.is_active, user.last_name, user.first_name) == (True, "O'Neil, Jr.", None)
    vehicle = company.rows("output/vehicles", "vehicle_id")["V2"]
    assert (vehicle.brand, vehicle.base_address) == ('Citro\u00ebn "DS"', "2 Main St Floor 3")
    assert vehicle.vehicle_year == 2019
    assert company.rows("output/locations", "location_id")["L3"].city == "New York"
    rental = company.rows("output/rental_transactions", "rental_id")["R2"]
    assert (rental.total_amount, rental.rental_end_time) == (Decimal("1234.50"), datetime(2024, 1, 2, 13, 30))
    notes = " ".join(counts["users"]["notes"])
    assert "columns left out: Loyalty" in notes
    assert "columns absent, taken as empty: first_name" in notes


def test_all_that_is_wrong_with_any_file_is_told_at_once(company):
    company.put("users/u.csv", "name,age\nAda,30\n")
    company.put("vehicles/v.csv", "")
    company.put("locations/l.csv", "location_id,Location ID\nL1,L1\n")
    (company.folder / "raw/rental_transactions/r.csv").rename(
        company.folder / "raw/rental_transactions/r.txt"
    )
    with pytest.raises(InputProblem) as problem:
        company.transform()
    text = str(problem.value)
    assert "users/u.csv has no column user_id, which users needs; its columns: name, age" in text
    assert "vehicles/v.csv is empty: it needs a header line" in text
    assert "locations/l.csv has the column location_id twice" in text
    assert "no CSV files under" in text and "raw/rental_transactions" in text
    assert not (company.folder / "output").exists()


def test_a_file_of_a_header_alone_is_an_empty_table(company):
    company.rentals()
    assert company.transform()["rental_transactions"]["read"] == 0
    assert company.rows("output/rental_transactions", "rental_id") == {}


def test_what_spark_left_behind_is_not_read(company):
    company.put("users/_temporary/0/part.csv", "rubbish\n")
    company.put("users/.u.csv", "rubbish\n")
    assert company.transform()["users"]["files"] == 1
