//! A layout as SVG: one file, no scripts, no fonts of its own, dark where the reader's surroundings are.
//!
//! What users wrote becomes text nodes only, which are escaped; attributes hold numbers and our own words.

use svg::Document;
use svg::node::element::{Group, Line, Path, Rectangle, Style, Text, Title};

use super::layout::{Layout, WIDTH};
use super::marks::{Anchor, Bar, Label, Tone};

const STYLE: &str = "
text { font-family: system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', Helvetica, Arial, sans-serif; }
.page { fill: #ffffff } .band { fill: #f4f6f8 } .grid { stroke: #d8dee4 }
.wait { stroke: #59636e; stroke-width: 1.5; fill: none } .cut { stroke: #59636e; fill: none }
.bar.starting { fill: #c9d1d9 } .bar.up { fill: #7d8590 } .bar.completed { fill: #2da44e }
.bar.running { fill: #218bff } .bar.failed { fill: #cf222e } .bar.stopped { fill: #d4a72c } .bar.faint { fill: #d8dee4 }
.text.plain { fill: #1f2328 } .text.faint { fill: #59636e } .text.completed { fill: #1a7f37 }
.text.running { fill: #0969da } .text.failed { fill: #cf222e } .text.stopped { fill: #7d4e00 }
@media (prefers-color-scheme: dark) {
.page { fill: #0d1117 } .band { fill: #161b22 } .grid { stroke: #30363d }
.wait { stroke: #9198a1 } .cut { stroke: #9198a1 }
.bar.starting { fill: #3d444d } .bar.up { fill: #6e7681 } .bar.completed { fill: #2ea043 }
.bar.running { fill: #388bfd } .bar.failed { fill: #f85149 } .bar.stopped { fill: #bb8009 } .bar.faint { fill: #30363d }
.text.plain { fill: #e6edf3 } .text.faint { fill: #9198a1 } .text.completed { fill: #3fb950 }
.text.running { fill: #4493f8 } .text.failed { fill: #ff7b72 } .text.stopped { fill: #d29922 }
}
";

/// The drawing.
pub(super) fn svg(layout: &Layout) -> String {
    let mut document = Document::new()
        .set("viewBox", (0.0, 0.0, WIDTH, layout.height))
        .set("width", WIDTH)
        .set("height", layout.height)
        .set("role", "img")
        .add(Title::new(shown(&layout.title)))
        .add(Style::new(STYLE))
        .add(rectangle(0.0, 0.0, WIDTH, layout.height).set("class", "page"))
        .add(bands(layout))
        .add(grid(layout));
    for bar in &layout.bars {
        document = document.add(drawn_bar(bar));
    }
    for (from, to, y) in &layout.waits {
        document = document.add(wait(*from, *to, *y));
    }
    for label in &layout.labels {
        document = document.add(drawn_label(label));
    }
    format!("{document}\n")
}

fn rectangle(x: f64, y: f64, width: f64, height: f64) -> Rectangle {
    Rectangle::new()
        .set("x", round(x))
        .set("y", round(y))
        .set("width", round(width))
        .set("height", round(height))
}

/// Hundredths of a pixel are seen by nobody.
fn round(number: f64) -> f64 {
    (number * 10.0).round() / 10.0
}

/// Control characters, which logs may bring, cannot stand in XML at all.
fn shown(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

fn bands(layout: &Layout) -> Group {
    layout.bands.iter().fold(Group::new(), |group, (y, height)| {
        group.add(rectangle(12.0, *y, WIDTH - 24.0, *height).set("class", "band").set("rx", 6))
    })
}

fn grid(layout: &Layout) -> Group {
    let mut group = Group::new();
    for x in &layout.grid {
        let lines =
            layout.rows.iter().map(|(top, bottom)| line((*x, *top), (*x, *bottom)).set("class", "grid"));
        group = lines.fold(group, Group::add);
    }
    layout.cuts.iter().fold(group, |group, (left, right)| group.add(cut((left + right) / 2.0, layout.top)))
}

fn line(from: (f64, f64), to: (f64, f64)) -> Line {
    Line::new()
        .set("x1", round(from.0))
        .set("y1", round(from.1))
        .set("x2", round(to.0))
        .set("y2", round(to.1))
}

/// Two strokes: here the axis leaves time out.
fn cut(x: f64, y: f64) -> Path {
    let stroke = |x: f64| format!("M {} {} l 6 -12", round(x - 3.0), round(y - 4.0));
    Path::new().set("d", format!("{} {}", stroke(x - 3.0), stroke(x + 3.0))).set("class", "cut")
}

/// A dashed arrow from the end of an attempt to the next one; there may be no room for more than its head.
fn wait(from: f64, to: f64, y: f64) -> Group {
    let head = format!("M {} {} l 6 4 l -6 4", round(to - 6.0), round(y - 4.0));
    Group::new()
        .set("class", "wait")
        .add(line((from, y), (to, y)).set("stroke-dasharray", "4 3"))
        .add(line((from, y - 4.0), (from, y + 4.0)))
        .add(Path::new().set("d", head))
}

fn drawn_bar(bar: &Bar) -> Rectangle {
    rectangle(bar.x, bar.y, bar.width, bar.height)
        .set("class", format!("bar {}", word(bar.tone)))
        .set("rx", 2)
        .add(Title::new(shown(&bar.tip)))
}

fn drawn_label(label: &Label) -> Text {
    let text = Text::new(shown(&label.text))
        .set("x", round(label.x))
        .set("y", round(label.y))
        .set("font-size", label.size)
        .set("class", format!("text {}", word(label.tone)))
        .set("text-anchor", anchor(label.anchor))
        .set("font-weight", if label.is_bold { "600" } else { "400" });
    match &label.whole {
        Some(whole) => text.add(Title::new(shown(whole))),
        None => text,
    }
}

fn anchor(anchor: Anchor) -> &'static str {
    match anchor {
        Anchor::Start => "start",
        Anchor::Middle => "middle",
    }
}

fn word(tone: Tone) -> &'static str {
    match tone {
        Tone::Starting => "starting",
        Tone::Up => "up",
        Tone::Completed => "completed",
        Tone::Failed => "failed",
        Tone::Running => "running",
        Tone::Stopped => "stopped",
        Tone::Plain => "plain",
        Tone::Faint => "faint",
    }
}
