//! The SVG text: well-formed whatever the words are, and exactly as recorded for one scene.

#[path = "scene/random.rs"]
mod random;
#[path = "scene/mod.rs"]
mod scene;

use std::path::Path;

use lightcone_core::Micros;
use lightcone_diagram::{
    Axis, Class, Highlight, Hit, Orientation, STYLESHEET, Shape, THEME_DARK, THEME_LIGHT, Viewport, draw, scrub,
};
use lightcone_sim::view::{Marks, Window};

fn view(orientation: Orientation) -> Viewport {
    let (width, height) = if orientation == Orientation::Across { (1_100.0, 419.0) } else { (390.0, 780.0) };
    let window = Window { from: Micros::ZERO, to: Micros::ms(1_000) };
    Viewport { width, height, window, orientation, playhead: Micros(512_400), until: Micros::ms(980), axis: Axis::Time }
}

/// Checks tags, attributes and entities: as much of XML as these drawings use.
fn well_formed(text: &str) -> Result<(), String> {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find('<') {
        entities(&rest[..start])?;
        let end = rest[start..].find('>').ok_or("a tag without an end")? + start;
        let tag = &rest[start + 1..end];
        rest = &rest[end + 1..];
        if let Some(name) = tag.strip_prefix('/') {
            let opened = open.pop().ok_or_else(|| format!("`{name}` was never opened"))?;
            if opened != name {
                return Err(format!("`{opened}` is closed as `{name}`"));
            }
            continue;
        }
        let (tag, closed) = tag.strip_suffix('/').map_or((tag, false), |t| (t, true));
        let (name, attributes) = tag.split_once(' ').unwrap_or((tag, ""));
        attributes_of(attributes)?;
        if !closed {
            open.push(name);
        }
    }
    entities(rest)?;
    if open.is_empty() { Ok(()) } else { Err(format!("never closed: {open:?}")) }
}

fn attributes_of(mut text: &str) -> Result<(), String> {
    let mut names = Vec::new();
    while !text.trim().is_empty() {
        let (name, after) = text.split_once("=\"").ok_or_else(|| format!("not an attribute: `{text}`"))?;
        let (value, after) = after.split_once('"').ok_or_else(|| format!("an open value: `{text}`"))?;
        entities(value)?;
        let name = name.trim();
        if name == "style" || name == "id" || name.starts_with("on") || names.contains(&name) {
            return Err(format!("`{name}` must not be there, or not twice"));
        }
        names.push(name);
        text = after;
    }
    Ok(())
}

fn entities(text: &str) -> Result<(), String> {
    let known = ["&lt;", "&gt;", "&amp;", "&quot;"];
    for (at, _) in text.match_indices('&') {
        if !known.iter().any(|k| text[at..].starts_with(k)) {
            return Err(format!("a bare ampersand in `{text}`"));
        }
    }
    Ok(())
}

#[test]
fn the_checker_finds_what_is_wrong() {
    for wrong in
        ["<g>", "</g>", "<g></p>", "<g a=\"1\" a=\"2\"/>", "<g a=\"&\"/>", "<text>a & b</text>", "<g style=\"\"/>"]
    {
        assert!(well_formed(wrong).is_err(), "{wrong}");
    }
    assert_eq!(well_formed("<g a=\"1\"><b/>&lt;</g>"), Ok(()));
}

#[test]
fn documents_are_well_formed_whatever_the_words_are() {
    for seed in 0..150 {
        let mut dice = random::Dice::new(seed);
        let arrows = if seed % 10 == 0 { 900 } else { 60 };
        let size = random::Size { lanes: 2 + dice.below(8), arrows, until: 980_000 };
        let marks = random::marks(&mut dice, &size);
        let orientation = dice.pick(&[Orientation::Across, Orientation::Down]);
        let highlight =
            Highlight { selected: Some(Hit::Arrow(1)), hovered: Some(Hit::Arrow(2)), ..Highlight::default() };
        let drawing = draw(&marks, &view(orientation), &highlight);
        for text in [drawing.svg_body(), drawing.svg(&format!("{THEME_LIGHT}{STYLESHEET}/* <&\" */"))] {
            well_formed(&text).unwrap_or_else(|wrong| panic!("seed {seed}: {wrong}"));
            assert!(!text.contains("NaN") && !text.contains("inf"), "seed {seed}");
        }
    }
}

#[test]
fn names_are_escaped() {
    let mut marks = scene::marks();
    marks.lanes[0].name = "<&\"".to_owned();
    let body = draw(&marks, &view(Orientation::Across), &Highlight::default()).svg_body();
    assert!(body.contains(">&lt;&amp;&quot;</text>"), "the name is missing");
    assert_eq!(well_formed(&body), Ok(()));
}

#[test]
fn a_crowd_shares_elements_and_is_still_found() {
    let mut dice = random::Dice::new(7);
    let marks = random::marks(&mut dice, &random::Size { lanes: 6, arrows: 2_000, until: 980_000 });
    let drawing = draw(&marks, &view(Orientation::Across), &Highlight::default());
    let body = drawing.svg_body();
    let elements = body.matches("class=\"arrow").count();
    assert!(elements < 60, "{elements} elements for 2,000 messages");
    assert!(drawing.hits().iter().filter(|h| matches!(h, Hit::Arrow(_))).count() > 1_500);
}

#[test]
fn every_class_has_a_rule() {
    let (marks, cone) = (scene::marks(), scene::cone(&scene::marks()));
    let selected = Highlight {
        selected: Some(Hit::Event(cone.event)),
        hovered: Some(Hit::Event(3)),
        cone: Some(&cone),
        ..Highlight::default()
    };
    let mut drawings = vec![draw(&marks, &view(Orientation::Across), &selected)];
    drawings.push(scrub(&[1, 2], &marks, Micros::ms(980), Micros::ms(5), 600.0, 28.0));
    drawings.push(draw(&scene::with_faults(), &view(Orientation::Across), &Highlight::default()));
    for seed in 0..40 {
        let mut dice = random::Dice::new(seed);
        let marks = random::marks(&mut dice, &random::Size { lanes: 6, arrows: 30, until: 980_000 });
        drawings.push(draw(&marks, &view(Orientation::Across), &Highlight::default()));
    }
    // What looks like its family needs no rule of its own.
    let plain = ["strip", "start", "restarted", "deliver", "local", "crash", "side-a", "on-arrow", "beside"];
    for class in drawings.iter().flat_map(|d| &d.marks).flat_map(|m| m.class.names()) {
        assert!(plain.contains(&class) || STYLESHEET.contains(&format!(".{class}")), "no rule for `{class}`");
    }
}

#[test]
fn every_variable_has_a_value_on_both_grounds() {
    for variable in STYLESHEET.split("var(--").skip(1).filter_map(|v| v.split([')', ',']).next()) {
        for theme in [THEME_LIGHT, THEME_DARK] {
            let font = variable == "sans" || variable == "mono";
            assert!(font || theme.contains(&format!("--{variable}:")), "--{variable} has no value");
        }
    }
    assert!(!STYLESHEET.contains('#'), "a rule names a colour of its own");
}

#[test]
fn outside_the_cone_arrows_are_dim_and_inside_they_are_not() {
    let marks = scene::marks();
    let cone = scene::cone(&marks);
    let highlight = Highlight { selected: None, hovered: None, cone: Some(&cone), ..Highlight::default() };
    let inside = |i: usize| cone.past_arrows.contains(&i) || cone.future_arrows.contains(&i);
    for mark in draw(&marks, &view(Orientation::Across), &highlight).marks {
        if let (Shape::Arrow(_), Some(Hit::Arrow(index))) = (&mark.shape, mark.hit) {
            assert_eq!(mark.class.has("dim"), !inside(index), "arrow {index}");
        }
    }
}

#[test]
fn a_partition_of_neighbours_lies_between_their_lanes() {
    let marks = scene::marks();
    let view = view(Orientation::Across);
    let drawing = draw(&marks, &view, &Highlight::default());
    let cut = Class::of("cut");
    let band = drawing.marks.iter().find(|m| m.class == cut).expect("there is a band").shape.bounds();
    let (above, below) = (view.lane_across(6, 2), view.lane_across(6, 3));
    assert!(above < band.y && band.bottom() < below);
    for cross in drawing.marks.iter().filter(|m| m.class.has("loss")).take(6) {
        assert!((cross.shape.bounds().centre().y - band.centre().y).abs() < 0.01, "a cross beside the partition");
    }
}

#[test]
fn an_empty_run_is_drawn() {
    let tiny = Viewport { width: 0.0, height: 0.0, ..view(Orientation::Down) };
    for view in [view(Orientation::Across), tiny] {
        assert_eq!(well_formed(&draw(&Marks::default(), &view, &Highlight::default()).svg("")), Ok(()));
        assert_eq!(well_formed(&draw(&scene::marks(), &view, &Highlight::default()).svg("")), Ok(()));
    }
}

#[test]
fn each_fault_has_a_pattern_of_its_own_and_words() {
    let marks = scene::with_faults();
    let drawing = draw(&marks, &view(Orientation::Across), &Highlight::default());
    for spell in &marks.spells {
        let own = drawing.marks.iter().filter(|m| m.hit == Some(Hit::Spell(spell.id))).count();
        assert!(own > 1, "{} is not drawn with its ends", spell.words);
    }
    let said = |words: &str| drawing.marks.iter().any(|m| matches!(&m.shape, Shape::Text(t) if t.words == words));
    for words in ["n2 pauses", "n3 equivocates", "left", "not there yet", "link n4 → n5 slower by 40ms"] {
        assert!(said(words), "`{words}` stands nowhere");
    }
    assert!(drawing.marks.iter().any(|m| m.class.has("copy")), "a copy looks like any other message");
    let tails: Vec<_> = drawing.marks.iter().filter(|m| m.class.has("tail")).collect();
    assert!(!tails.is_empty() && tails.iter().all(|t| t.shape.bounds().height < 0.01), "a tail lies along a lane");
    let words = |hit| lightcone_diagram::describe(&marks, hit).expect("it has words");
    let waits = marks.arrows.iter().find(|a| a.handled > a.end).expect("one waits");
    assert!(words(Hit::Arrow(waits.index)).contains("and waits until 790 ms"));
    assert_eq!(words(Hit::Spell(20)), "n2 pauses from 620 ms to 790 ms");
    assert_eq!(words(Hit::Down(41)), "n1 has left from 910 ms on");
}

/// Compares with the recorded text. `LIGHTCONE_BLESS=1 cargo test -p lightcone-diagram` records it anew.
fn golden(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name);
    if std::env::var_os("LIGHTCONE_BLESS").is_some() {
        std::fs::write(&path, text).expect("the golden file can be written");
    }
    let recorded = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(recorded == text, "{name} differs from what was recorded; look at it, then LIGHTCONE_BLESS=1 records it");
}

#[test]
fn the_scene_is_drawn_as_recorded() {
    let marks = scene::marks();
    let cone = scene::cone(&marks);
    let highlight =
        Highlight { selected: Some(Hit::Event(cone.event)), hovered: None, cone: Some(&cone), ..Highlight::default() };
    for (name, orientation) in [("scene-across.svg", Orientation::Across), ("scene-down.svg", Orientation::Down)] {
        // One element on a line, so that a difference can be read; no stylesheet, as colours may change freely.
        let text = draw(&marks, &view(orientation), &highlight).svg("").replace("/><", "/>\n<");
        golden(name, &text.replace("</text><", "</text>\n<"));
    }
}

#[test]
fn faults_are_drawn_as_recorded() {
    let marks = scene::with_faults();
    let highlight = Highlight { selected: Some(Hit::Spell(20)), ..Highlight::default() };
    for (name, orientation) in [("faults-across.svg", Orientation::Across), ("faults-down.svg", Orientation::Down)] {
        let text = draw(&marks, &view(orientation), &highlight).svg("").replace("/><", "/>\n<");
        golden(name, &text.replace("</text><", "</text>\n<"));
    }
}
