use pipeline::run::{Attempt, AttemptRecord, Course, Decision, Outcome, StepRecord, StepState};

use super::layout::{Layout, WIDTH, lay_out};
use super::*;
use crate::given::{at, attempt, cause, claimed, decision, ended, resumed, run, step};

fn laid_out(history: &History, second: i64) -> Layout {
    let run = &history.runs[0];
    lay_out(run, &chapters(run, history), at(second))
}

/// Left, top, right and bottom of every label.
fn boxes(layout: &Layout) -> Vec<(f64, f64, f64, f64, &str)> {
    let shape = |label: &marks::Label| {
        let (left, right) = label.ends();
        (left, label.y - label.size * 0.8, right, label.y + label.size * 0.25)
    };
    let named = |label| {
        let (left, top, right, bottom) = shape(label);
        (left, top, right, bottom, label.text.as_str())
    };
    layout.labels.iter().map(named).collect()
}

fn assert_legible(layout: &Layout) {
    let boxes = boxes(layout);
    for (place, one) in boxes.iter().enumerate() {
        assert!(one.0 >= 0.0 && one.2 <= WIDTH && one.3 <= layout.height, "{one:?} is out of the drawing");
        for other in boxes.iter().skip(place + 1) {
            let apart = one.2 <= other.0 || other.2 <= one.0 || one.3 <= other.1 || other.3 <= one.1;
            assert!(apart, "{one:?} lies on {other:?}");
        }
    }
    let ends = |bar: &marks::Bar| bar.x >= 0.0 && bar.width > 0.0 && bar.x + bar.width <= WIDTH;
    assert!(layout.bars.iter().all(ends), "{:?}", layout.bars);
}

/// Fourteen steps with long names, three attempts, days of waiting between the last two.
fn crowded() -> History {
    let names: Vec<String> = (1..=14)
        .map(|number| format!("{number:02} collect the features of every region and model {number}"))
        .collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let starts = [(1, 0), (2, 3_600), (3, 400_000)];
    let attempts: Vec<AttemptRecord> = starts
        .iter()
        .map(|(number, start)| AttemptRecord {
            ended_at: Some(at(start + 3_000)),
            outcome: Some(Outcome::StepFailed),
            cause: Some(pipeline::run::Cause { log_line: Some("Error: ".repeat(60)), ..cause() }),
            decision: Some(decision(*number, Course::GiveUp, &"a very long reason, ".repeat(20))),
            ..attempt(*number, &names, *start)
        })
        .collect();
    let steps: Vec<StepRecord> = attempts
        .iter()
        .zip(starts)
        .flat_map(|(attempt, (_, start))| {
            let state = |place: i64| if place == 6 { StepState::Failed } else { StepState::Completed };
            let names = &names;
            (0..7).map(move |place: i64| {
                let began = start + 180 + place * 300;
                let name = names[place as usize];
                step(attempt, place as usize, name, state(place), (Some(began), Some(began + 290)))
            })
        })
        .collect();
    let run = Run { attempt: Attempt(3), claimed_at: at(399_990), ..ended(3, Outcome::StepFailed, 403_000) };
    History { runs: vec![run], attempts, steps }
}

#[test]
fn no_label_lies_on_another_whatever_the_run_is_like() {
    let attempt = attempt(1, &["transform", "kpis"], 5);
    let running = vec![step(&attempt, 1, "transform", StepState::Running, (Some(190), None))];
    for (history, second) in [
        (resumed(), 2_000),
        (crowded(), 500_000),
        (History { runs: vec![claimed()], ..History::default() }, 0),
        (History { runs: vec![run(1)], attempts: vec![attempt], steps: running }, 200),
    ] {
        assert_legible(&laid_out(&history, second));
    }
}

#[test]
fn a_failed_step_is_labelled_with_its_cause_and_the_wait_with_what_was_decided() {
    let layout = laid_out(&resumed(), 2_000);
    let texts: Vec<&str> = layout.labels.iter().map(|label| label.text.as_str()).collect();
    let told = |part: &str| texts.iter().any(|text| text.contains(part));
    for part in ["✗ kpis: ValueError: no column 'fare'", "2 min 00 s later: attempt 2 resumes at step kpis"]
    {
        assert!(told(part), "{part}: {texts:#?}");
    }
    let [(from, to, _)] = layout.waits.as_slice() else { panic!("{:?}", layout.waits) };
    assert!(from < to);
}

#[test]
fn bars_stand_in_the_order_of_time() {
    let layout = laid_out(&resumed(), 2_000);
    let bar = |tip: &str| layout.bars.iter().find(|bar| bar.tip.starts_with(tip)).unwrap().clone();
    let (transform, kpis) = (bar("transform COMPLETED"), bar("kpis FAILED"));
    assert!(transform.x + transform.width <= kpis.x + 1.0 && kpis.x < bar("kpis COMPLETED").x);
}

#[test]
fn what_users_and_logs_wrote_cannot_break_the_drawing() {
    let mut history = resumed();
    history.steps[1].name = "a <b> & \"c\" \u{1b}[31m".into();
    let decision = history.attempts[0].decision.take().unwrap();
    history.runs[0].decision = Some(Decision { why: "</text><script>".into(), ..decision });
    let svg = timeline(&history.runs[0], &history, at(2_000));
    assert!(!svg.contains("<script>") && svg.contains("&lt;script&gt;"), "{svg}");
    assert!(!svg.contains('\u{1b}') && svg.contains("a &lt;b&gt; &amp; \"c\""), "{svg}");
}
