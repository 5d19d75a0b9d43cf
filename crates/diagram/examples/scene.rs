//! Draws a run of the tests as a standalone SVG, to look at: `scene [down] [dark] [plain] [held] [mixed] [faults] [late]
//! [crowd] [wild SEED] > scene.svg`.

#[path = "../tests/scene/random.rs"]
mod random;
#[path = "../tests/scene/mod.rs"]
mod scene;

use lightcone_core::{Micros, NodeId};
use lightcone_diagram::{
    Axis, Highlight, Hit, Orientation, STYLESHEET, THEME_DARK, THEME_LIGHT, Viewport, draw, ghost,
};
use lightcone_sim::view::{CutKind, CutMark, Fate, Loss, Marks, Window};

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let has = |word: &str| words.iter().any(|w| w == word);
    let (orientation, width, height) =
        if has("down") { (Orientation::Down, 390.0, 780.0) } else { (Orientation::Across, 1100.0, 419.0) };
    let marks = run(&words);
    let cone = scene::cone(&scene::marks());
    let (from, to) = if has("late") { (450, 560) } else { (0, 1000) };
    let view = Viewport {
        width,
        height,
        window: Window { from: Micros::ms(from), to: Micros::ms(to) },
        orientation,
        playhead: Micros(512_400),
        until: Micros::ms(980),
        axis: Axis::Time,
    };
    let selected = Highlight { selected: Some(Hit::Event(cone.event)), cone: Some(&cone), ..Highlight::default() };
    let plain = has("plain") || has("wild") || has("crowd");
    let hovered = Highlight { hovered: has("plain").then_some(Hit::Arrow(60)), ..Highlight::default() };
    let mut drawing = draw(&marks, &view, if plain { &hovered } else { &selected });
    if has("ghost") {
        drawing.marks.extend(ghost(&marks, &view, Hit::Arrow(60), Micros::ms(668)).expect("it is there").marks);
    }
    let theme = if has("dark") { THEME_DARK } else { THEME_LIGHT };
    print!("{}", drawing.svg(&format!("{theme}{STYLESHEET}")));
}

fn run(words: &[String]) -> Marks {
    let has = |word: &str| words.iter().any(|w| w == word);
    if has("wild") || has("crowd") {
        let seed = words.iter().find_map(|w| w.parse().ok()).unwrap_or(1);
        let arrows = if has("crowd") { 2000 } else { 40 };
        return random::marks(&mut random::Dice::new(seed), &random::Size { lanes: 7, arrows, until: 980_000 });
    }
    if has("faults") {
        return scene::with_faults();
    }
    let mut marks = scene::marks();
    if has("mixed") {
        let odd = [0, 2, 4].into_iter().map(NodeId).collect();
        let even = [1, 3].into_iter().map(NodeId).collect();
        marks.cuts[0].what = CutKind::Partition(vec![odd, even]);
        let one_way = CutKind::OneWay(NodeId(3), NodeId(0));
        let from = Micros::ms(750);
        marks.cuts.push(CutMark { id: 9, from, to: None, what: one_way, held: false });
    }
    if has("held") {
        marks.cuts[0].held = true;
        for arrow in marks.arrows.iter_mut().filter(|a| a.fate == Fate::Lost(Loss::Cut(1))) {
            arrow.fate = if arrow.sent < Micros::ms(500) { Fate::Delivered(3) } else { Fate::Parked };
            arrow.end = Micros::ms(700 + 15);
        }
    }
    marks
}
