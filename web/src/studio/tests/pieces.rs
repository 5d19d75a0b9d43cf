//! A crowd on the diagram, in pieces that stay while its window moves.

use super::*;
use lightcone_sim::view::Window;
use std::rc::Rc;

/// What is painted of the diagram, and where.
fn painted(studio: &Studio) -> (Vec<(u64, String, String)>, [String; 2]) {
    let pieces = studio.views.pieces.all.iter();
    let pieces = pieces.map(|piece| (piece.from, piece.place.to_string(), piece.svg.to_string()));
    (pieces.collect(), [studio.views.chart_svg.to_string(), studio.views.flags_svg.to_string()])
}

/// Frame after frame, until nothing is left to do.
fn rest(studio: &mut Studio) {
    for frame in 0.. {
        if !studio.wants_frame() {
            return;
        }
        assert!(frame < 200, "it comes to an end");
        studio.update(TimeMsg::Frame(0.0).into());
    }
}

/// A long run, and a window with hundreds of messages.
fn busy() -> Studio {
    let mut studio = studio();
    for (field, text) in [("until", "20s"), ("settings.clients", "4")] {
        studio.update(PageMsg::Write(field.into(), text.into()).into());
    }
    studio.update(PageMsg::Apply.into());
    let mut studio = at_rest(studio);
    studio.chart.show(Window { from: at(4_000), to: at(10_000) }, studio.until());
    studio.refresh();
    studio
}

/// The same window on a page that has just come there.
fn fresh(window: Window) -> Studio {
    let mut studio = busy();
    studio.chart.window = window;
    studio.views.pieces = Pieces::default();
    studio.refresh();
    rest(&mut studio);
    studio
}

#[test]
fn after_any_way_there_a_window_looks_as_if_it_were_opened() {
    let mut studio = busy();
    assert!(studio.views.pieces.all.len() > 8, "{} pieces", studio.views.pieces.all.len());
    let pointer = Point { x: 480.0, y: 200.0 };
    let mut dice = 7_u64;
    for _ in 0..12 {
        for _ in 0..9 {
            dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let turned = (dice >> 40) as f64 / f64::from(1 << 24) - 0.5;
            let msg = match dice >> 62 {
                0 => ChartMsg::ZoomAt(pointer, (turned * 1.6).exp()),
                1 => ChartMsg::Zoom(if turned < 0.0 { 0.7 } else { 1.4 }),
                _ => ChartMsg::Pan(turned),
            };
            studio.update(msg.into());
        }
        rest(&mut studio);
        let other = fresh(studio.chart.window);
        assert!(painted(&studio) == painted(&other), "at {:?}", studio.chart.window);
        assert_eq!(studio.drawing().marks, other.drawing().marks, "what is pointed at");
    }
}

#[test]
fn no_frame_draws_all_of_a_crowd() {
    let mut studio = busy();
    let pointer = Point { x: 480.0, y: 200.0 };
    let msgs = [ChartMsg::Pan(0.05), ChartMsg::ZoomAt(pointer, 1.04), ChartMsg::ZoomAt(pointer, 0.96)];
    for msg in msgs.iter().cycle().take(60) {
        let before = studio.views.pieces.all.clone();
        studio.update(msg.clone().into());
        let all = &studio.views.pieces.all;
        let new = all.iter().filter(|piece| before.iter().all(|old| !Rc::ptr_eq(&old.svg, &piece.svg))).count();
        assert!(new <= all.len() / 2, "{new} of {} pieces at once", all.len());
        let Window { from, to } = studio.chart.window;
        let end = all.last().map_or(0, Piece::end);
        assert!(all[0].from <= from.0 && end >= to.0, "the window is full");
        assert!(all.windows(2).all(|pair| pair[0].end() == pair[1].from), "nothing is drawn twice or left out");
    }
}

#[test]
fn what_changes_the_run_or_the_selection_draws_it_anew() {
    let mut studio = busy();
    let before = painted(&studio);
    let message = studio.views.marks.arrows[300].index;
    studio.update(Msg::Select(Selected::Message(message)));
    rest(&mut studio);
    assert_ne!(painted(&studio), before);
    studio.update(Msg::Select(Selected::Nothing));
    rest(&mut studio);
    assert!(painted(&studio) == before);
    split(&mut studio, &["n1"]);
    let studio = at_rest(studio);
    assert_ne!(painted(&studio), before);
}
