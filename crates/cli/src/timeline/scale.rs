//! From moments to places on the axis. While attempts run, time is even; a long wait between two is cut short.

use jiff::Timestamp;

/// A span of time.
pub(super) type Span = (Timestamp, Timestamp);

/// A wait is cut short if it is longer than this share of the time in which something ran.
const LONGEST_WAIT: f64 = 0.25;
/// How wide a wait is that was cut short.
const CUT: f64 = 70.0;
/// How far ticks stand apart at least.
const TICKS_APART: f64 = 95.0;
/// Between which ticks may stand, in seconds.
const STEPS: [i64; 19] =
    [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 604_800];

/// A stretch of the axis, even in itself.
#[derive(Debug, Clone, Copy)]
struct Piece {
    /// In seconds.
    from: f64,
    to: f64,
    left: f64,
    right: f64,
    is_cut: bool,
}

/// The axis.
#[derive(Debug)]
pub(super) struct Scale {
    pieces: Vec<Piece>,
    tick: i64,
}

/// A tick of the axis.
#[derive(Debug, PartialEq)]
pub(super) struct Tick {
    pub(super) x: f64,
    pub(super) text: String,
}

impl Scale {
    /// The axis from `left` to `right` on which these spans lie; they are in order, and there is one at least.
    pub(super) fn over(spans: &[Span], left: f64, right: f64) -> Self {
        let pieces = pieces(&merged(spans));
        let (cut, even): (Vec<&Piece>, Vec<&Piece>) = pieces.iter().partition(|piece| piece.is_cut);
        let seconds: f64 = even.iter().map(|piece| piece.to - piece.from).sum();
        let room = right - left - CUT * cut.len() as f64;
        let by_second = room / seconds.max(1.0);
        Self { pieces: placed(&pieces, left, by_second), tick: tick_apart(by_second) }
    }

    /// Where a moment stands.
    pub(super) fn x(&self, at: Timestamp) -> f64 {
        let at = second(at);
        let Some(piece) = self.pieces.iter().find(|piece| at <= piece.to).or(self.pieces.last()) else {
            return 0.0;
        };
        let share = (at - piece.from) / (piece.to - piece.from).max(f64::MIN_POSITIVE);
        piece.left + (piece.right - piece.left) * share.clamp(0.0, 1.0)
    }

    /// Where waits were cut short: their left and right ends.
    pub(super) fn cuts(&self) -> Vec<(f64, f64)> {
        self.pieces.iter().filter(|piece| piece.is_cut).map(|piece| (piece.left, piece.right)).collect()
    }

    /// The ticks, at round times of UTC. Those where the axis is cut are left out.
    pub(super) fn ticks(&self) -> Vec<Tick> {
        self.pieces.iter().filter(|piece| !piece.is_cut).flat_map(|piece| self.ticks_of(piece)).collect()
    }

    fn ticks_of(&self, piece: &Piece) -> Vec<Tick> {
        let first = (piece.from / self.tick as f64).ceil() as i64 * self.tick;
        let moments = (0..).map(|number| first + number * self.tick);
        moments
            .take_while(|second| *second as f64 <= piece.to)
            .filter_map(|second| Timestamp::from_second(second).ok())
            .map(|at| Tick { x: self.x(at), text: self.text(at) })
            .collect()
    }

    fn text(&self, at: Timestamp) -> String {
        let form = match self.tick {
            ..60 => "%H:%M:%S",
            60..86_400 if self.is_one_day() => "%H:%M",
            60..86_400 => "%b %-d %H:%M",
            _ => "%b %-d",
        };
        at.strftime(form).to_string()
    }

    fn is_one_day(&self) -> bool {
        let day = |second: f64| (second / 86_400.0).floor();
        let ends = self
            .pieces
            .first()
            .map(|piece| day(piece.from))
            .zip(self.pieces.last().map(|piece| day(piece.to)));
        ends.is_none_or(|(first, last)| first == last)
    }
}

fn second(at: Timestamp) -> f64 {
    at.as_millisecond() as f64 / 1000.0
}

fn merged(spans: &[Span]) -> Vec<(f64, f64)> {
    let mut merged: Vec<(f64, f64)> = Vec::new();
    for (from, to) in spans.iter().map(|(from, to)| (second(*from), second(*to))) {
        match merged.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            Some(_) | None => merged.push((from, to.max(from))),
        }
    }
    merged
}

/// The spans, with the waits between them; nothing has its place yet.
fn pieces(spans: &[(f64, f64)]) -> Vec<Piece> {
    let busy: f64 = spans.iter().map(|(from, to)| to - from).sum();
    let mut pieces: Vec<Piece> = Vec::new();
    for (from, to) in spans {
        if let Some(before) = pieces.last() {
            let wait = from - before.to;
            pieces.push(piece(before.to, *from, wait > LONGEST_WAIT * busy.max(1.0)));
        }
        pieces.push(piece(*from, *to, false));
    }
    pieces
}

fn piece(from: f64, to: f64, is_cut: bool) -> Piece {
    Piece { from, to, left: 0.0, right: 0.0, is_cut }
}

fn placed(pieces: &[Piece], left: f64, by_second: f64) -> Vec<Piece> {
    let mut left = left;
    let place = |piece: &Piece| {
        let wide = if piece.is_cut { CUT } else { (piece.to - piece.from) * by_second };
        let placed = Piece { left, right: left + wide, ..*piece };
        left = placed.right;
        placed
    };
    pieces.iter().map(place).collect()
}

/// Seconds between ticks; beyond the listed ones, a number of weeks.
fn tick_apart(by_second: f64) -> i64 {
    let least = TICKS_APART / by_second.max(f64::MIN_POSITIVE);
    let listed = STEPS.into_iter().find(|step| *step as f64 >= least);
    listed.unwrap_or_else(|| (least / 604_800.0).ceil() as i64 * 604_800)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::given::at;

    #[test]
    fn time_is_even_while_something_runs_and_long_waits_are_cut_short() {
        let scale = Scale::over(&[(at(0), at(100)), (at(90_100), at(90_200))], 0.0, 1070.0);
        assert_eq!((scale.x(at(0)), scale.x(at(50)), scale.x(at(100))), (0.0, 250.0, 500.0));
        assert_eq!((scale.x(at(90_100)), scale.x(at(90_200))), (570.0, 1070.0));
        assert_eq!(scale.cuts(), [(500.0, 570.0)]);
        assert!(scale.ticks().iter().all(|tick| tick.x <= 500.0 || tick.x >= 570.0));
    }

    #[test]
    fn a_short_wait_is_as_long_as_it_was() {
        let scale = Scale::over(&[(at(0), at(100)), (at(110), at(200))], 0.0, 1000.0);
        assert_eq!((scale.x(at(110)), scale.cuts()), (550.0, vec![]));
    }

    #[test]
    fn ticks_stand_at_round_times_and_far_enough_apart_whatever_the_span() {
        for (seconds, first) in
            [(5, "02:00:00"), (3600, "02:00"), (86_400, "Jan 31 03:00"), (40_000_000, "Mar 19")]
        {
            let scale = Scale::over(&[(at(0), at(seconds))], 100.0, 1000.0);
            let ticks = scale.ticks();
            assert!((2..=10).contains(&ticks.len()), "{seconds}: {ticks:?}");
            assert!(ticks.windows(2).all(|pair| pair[1].x - pair[0].x >= TICKS_APART - 0.01), "{ticks:?}");
            assert!(ticks[0].text.starts_with(first), "{seconds}: {ticks:?}");
        }
    }

    #[test]
    fn a_run_of_no_time_at_all_still_has_its_place() {
        let scale = Scale::over(&[(at(0), at(0))], 100.0, 1000.0);
        assert_eq!(scale.x(at(0)), 100.0);
    }
}
