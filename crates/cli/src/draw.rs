//! `lightcone draw`: a picture of a run, made by the same code as the page's.

use crate::{
    Failure,
    args::DrawOptions,
    find::{Found, find},
    run::computed,
};
use lightcone_catalog::Lab;
use lightcone_core::Micros;
use lightcone_diagram::{
    Axis, Highlight, Orientation, STEP, STYLESHEET, THEME_DARK, THEME_LIGHT, Viewport, draw as draw_marks,
};
use lightcone_sim::view::{Columns, Marks, Window};
use std::io::Write;

/// How wide a picture is, in px, if nothing is said, where time runs right.
const WIDTH: f64 = 1_100.0;
/// How high, where time runs down.
const HEIGHT: f64 = 900.0;

/// Writes a picture. What of the scenario cannot be is left out, named, and makes the command fail in the end.
pub fn draw(options: &DrawOptions, out: &mut dyn Write, err: &mut dyn Write) -> Result<(), Failure> {
    let Found { scenario, wrong, .. } = find(&options.what)?.with(options.seed, options.until)?;
    let until = scenario.run.until;
    let window = window(options, until)?;
    let lab = computed(scenario)?;
    let (marks, view) = seen(&*lab, options, window);
    let theme = if options.dark { THEME_DARK } else { THEME_LIGHT };
    let text = draw_marks(&marks, &view, &Highlight::default()).svg(&format!("{theme}{STYLESHEET}"));
    if options.output == "-" {
        out.write_all(text.as_bytes())?;
    } else {
        let file = &options.output;
        std::fs::write(file, text).map_err(|wrong| Failure::unwritten(file, &wrong))?;
    }
    for (id, reason) in lab.idle() {
        writeln!(err, "lightcone: intervention {id} did nothing: {reason}")?;
    }
    if wrong.is_empty() {
        return Ok(());
    }
    let wrong: Vec<String> = wrong.iter().map(ToString::to_string).collect();
    Err(Failure::Input(format!("{}: left out: {}", options.what, wrong.join("; "))))
}

fn window(options: &DrawOptions, until: Micros) -> Result<Window, Failure> {
    let (from, to) = (options.from.unwrap_or(Micros::ZERO), options.to.unwrap_or(until));
    if from >= until {
        return Err(Failure::Input(format!("--from: the run ends at {until}, before {from}")));
    }
    if from >= to {
        return Err(Failure::Input(format!("--to: {to} is not after {from}")));
    }
    Ok(Window { from, to })
}

fn seen(lab: &dyn Lab, options: &DrawOptions, window: Window) -> (Marks, Viewport) {
    let lanes = lab.participants().len();
    let (width, height, orientation) = if options.down {
        (Viewport::needed_width(lanes), HEIGHT, Orientation::Down)
    } else {
        (WIDTH, Viewport::needed_height(lanes), Orientation::Across)
    };
    let mut view = Viewport {
        width: options.width.map_or(width, f64::from),
        height: options.height.map_or(height, f64::from),
        window,
        orientation,
        // A picture on paper has no playhead: it stands outside of every window.
        playhead: Micros(u64::MAX),
        until: lab.scenario().run.until,
        axis: Axis::Time,
    };
    let marks = lab.marks(window);
    if !options.causal {
        return (marks, view);
    }
    let columns = Columns::of(lab.run(), None);
    // Half a step of air on both sides: what stands in the first and the last column is seen whole.
    let air = STEP.0 / 2;
    let to = columns.of_time(window.to).0.min(columns.end().0) + air;
    view.window = Window { from: Micros(columns.of_time(window.from).0.saturating_sub(air)), to: Micros(to) };
    (view.until, view.axis) = (columns.end(), Axis::Steps);
    (columns.place(marks), view)
}
