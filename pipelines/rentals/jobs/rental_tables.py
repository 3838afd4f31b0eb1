"""The tables of a rental company: which columns there are, of what kind, and what rows refer to."""

from dataclasses import dataclass, field


def kinds(columns: str) -> dict[str, str]:
    """Reads `name:kind name:kind ...`; a column without a kind is text."""
    pairs = (column.partition(":") for column in columns.split())
    return {name: kind or "text" for name, _, kind in pairs}


@dataclass(frozen=True)
class Table:
    """The shape of a table: its key, each column's kind, what a row cannot do without, what it refers to.

    `references` gives for a column the table of whose accepted rows it must be the key.
    """

    name: str
    key: str
    columns: dict[str, str]
    needed: tuple[str, ...]
    references: dict[str, str] = field(default_factory=dict)

    def optional_typed(self) -> list[str]:
        """The columns that a row can do without and whose values may be unreadable."""
        typed = [c for c, kind in self.columns.items() if kind not in ("text", "email")]
        return [c for c in typed if c not in self.needed]


USERS = kinds(
    "user_id first_name last_name email:email phone_number driver_license_number driver_license_expiry:date"
    " creation_date:date is_active:boolean"
)
VEHICLES = kinds(
    "active:boolean vehicle_license_number registration_name license_type expiration_date:date"
    " permit_license_number certification_date:date vehicle_year:year base_telephone_number base_address"
    " vehicle_id last_update_timestamp:timestamp brand vehicle_type"
)
LOCATIONS = kinds(
    "location_id location_name address city state zip_code latitude:latitude longitude:longitude"
)
RENTALS = kinds(
    "rental_id user_id vehicle_id rental_start_time:timestamp rental_end_time:timestamp"
    " pickup_location dropoff_location total_amount:amount"
)
REFERENCES = {
    "user_id": "users",
    "vehicle_id": "vehicles",
    "pickup_location": "locations",
    "dropoff_location": "locations",
}
# Those that others refer to come first.
TABLES = {
    "users": Table("users", "user_id", USERS, ("user_id",)),
    "vehicles": Table("vehicles", "vehicle_id", VEHICLES, ("vehicle_id",)),
    "locations": Table("locations", "location_id", LOCATIONS, ("location_id",)),
    "rental_transactions": Table("rental_transactions", "rental_id", RENTALS, tuple(RENTALS), REFERENCES),
}
