//! The day that a run is about.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::document::{Problem, Problems, Source};
use crate::launch::Order;

/// The day of a run that exists; the export's day, else the first day to load, else the day on which the launch was asked for (UTC).
pub(super) fn date_of(order: &Order, now: Timestamp, event: &Source, problems: &mut Problems) -> String {
    let given = [
        ("export_date", &order.event.export_date),
        ("start_dt", &order.event.start_dt),
        ("end_dt", &order.event.end_dt),
    ];
    for (member, text) in given {
        if let Some(text) = text.as_ref().filter(|text| text.parse::<Date>().is_err()) {
            let message = format!("{member} {text:?} is no date");
            problems.push(Problem::about("event.value", event, message).help("write YYYY-MM-DD"));
        }
    }
    if let Some(again) = &order.again {
        return again.date.clone();
    }
    let asked = order.asked_at.unwrap_or(now).to_zoned(TimeZone::UTC).date();
    let first = order.event.export_date.clone().or(order.event.start_dt.clone());
    first.unwrap_or_else(|| asked.to_string())
}
