//! One picture for each situation that a diagram can be in, exactly as it was recorded, and whole whatever is asked.

#[path = "scene/random.rs"]
mod random;
#[path = "scene/mod.rs"]
mod scene;

use std::path::Path;

use lightcone_core::{Flavour, Micros, NodeId, NodeSet, Stamp};
use lightcone_diagram::{
    Absent, Area, Axis, Difference, Drawing, Filter, Highlight, Hit, Orientation, STEP, Shape, Viewport, describe,
    draw, lane_order, shown,
};
use lightcone_sim::view::{
    Along, ArrowMark, CausalLink, CutKind, EventKind, EventMark, Fate, Loss, Marks, SliceMark, StampMark, Window,
};

use Orientation::{Across, Down};

fn view(orientation: Orientation, from: u64, to: u64) -> Viewport {
    let (width, height) = if orientation == Across { (760.0, 380.0) } else { (390.0, 620.0) };
    let window = Window { from: Micros::ms(from), to: Micros::ms(to) };
    let (playhead, until) = (Micros::ms(512), Micros::ms(980));
    Viewport { width, height, window, orientation, playhead, until, axis: Axis::Time }
}

/// Compares with the recorded picture. `LIGHTCONE_BLESS=1 cargo test -p lightcone-diagram` records it anew.
fn golden(name: &str, drawing: &Drawing) {
    let text = drawing.svg("").replace("/><", "/>\n<").replace("</text><", "</text>\n<");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(format!("{name}.svg"));
    if std::env::var_os("LIGHTCONE_BLESS").is_some() {
        std::fs::write(&path, &text).expect("the golden file can be written");
    }
    let recorded = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(recorded == text, "{name} differs from what was recorded; look at it, then LIGHTCONE_BLESS=1 records it");
}

/// Across and down.
fn both(name: &str, marks: &Marks, (from, to): (u64, u64), highlight: &Highlight) -> [Drawing; 2] {
    [(Across, "across"), (Down, "down")].map(|(orientation, way)| {
        let drawing = draw(marks, &view(orientation, from, to), highlight);
        golden(&format!("{name}-{way}"), &drawing);
        drawing
    })
}

fn count(drawing: &Drawing, class: &str) -> usize {
    drawing.marks.iter().filter(|mark| mark.class.has(class)).count()
}

fn says(drawing: &Drawing, words: &str) -> bool {
    drawing.marks.iter().any(|mark| matches!(&mark.shape, Shape::Text(text) if text.words == words))
}

fn event_of(marks: &Marks, by: Fate) -> usize {
    match by {
        Fate::Delivered(event) => event,
        _ => marks.events[0].index,
    }
}

/// From the first message that arrives on, along its receiver's lane, to what is sent there next.
fn chain(marks: &Marks) -> Vec<CausalLink> {
    let first = marks.arrows.iter().find(|arrow| matches!(arrow.fate, Fate::Delivered(_))).expect("one arrives");
    let by = event_of(marks, first.fate);
    let next = marks.arrows.iter().find(|arrow| arrow.from == first.to && arrow.sent_by > by).expect("one goes on");
    vec![
        CausalLink { event: first.sent_by, next: Some(Along::Message(first.index)) },
        CausalLink { event: by, next: Some(Along::Lane(first.to)) },
        CausalLink { event: next.sent_by, next: Some(Along::Message(next.index)) },
        CausalLink { event: event_of(marks, next.fate), next: None },
    ]
}

#[test]
fn a_chain_stands_out_and_everything_else_is_dim() {
    let marks = scene::marks();
    let chain = chain(&marks);
    let selected = chain.first().map(|link| Hit::Event(link.event));
    let second = chain.last().map(|link| Hit::Event(link.event));
    let highlight = Highlight { selected, second, chain: &chain, ..Highlight::default() };
    for drawing in both("chain", &marks, (60, 360), &highlight) {
        let bright = |hit: &Hit| match hit {
            Hit::Arrow(index) => chain.iter().any(|link| link.next == Some(Along::Message(*index))),
            Hit::Event(index) => chain.iter().any(|link| link.event == *index),
            _ => true,
        };
        for mark in drawing.marks.iter().filter(|mark| mark.class.has("arrow") || mark.class.has("event")) {
            let hit = mark.hit.expect("it can be selected");
            assert_eq!(mark.class.has("dim"), !bright(&hit), "{hit}");
        }
        assert!(count(&drawing, "chain") >= 5, "two messages, a stretch of a lane and events");
    }
}

#[test]
fn outside_of_a_cone_all_is_dim_and_inside_nothing_is() {
    let marks = scene::marks();
    let cone = scene::cone(&marks);
    let highlight = Highlight { selected: Some(Hit::Event(cone.event)), cone: Some(&cone), ..Highlight::default() };
    for drawing in both("cone", &marks, (280, 820), &highlight) {
        for mark in drawing.marks.iter().filter(|mark| mark.class.has("event")) {
            let Some(Hit::Event(index)) = mark.hit else { continue };
            let event = marks.events.iter().find(|event| event.index == index).expect("it is drawn");
            let node = event.node.index();
            // The cone of the scene tells instants only.
            let known = cone.past[node].is_some_and(|edge| index <= edge.event);
            let influenced = cone.future[node].is_some_and(|edge| index >= edge.event);
            assert_eq!(mark.class.has("dim"), !known && !influenced, "event {index}");
        }
        assert!(count(&drawing, "strip") > 2, "a role is divided where the cone divides its lane");
    }
}

/// The events of the scene with timestamps of this kind.
fn stamped(stamp: impl Fn(&EventMark) -> Stamp) -> Marks {
    let mut marks = scene::marks();
    let mark =
        |event: &EventMark| StampMark { event: event.index, node: event.node, at: event.at, stamp: stamp(event) };
    marks.stamps = marks.events.iter().map(mark).collect();
    marks
}

#[test]
fn timestamps_stand_at_events_and_say_what_the_clock_tells() {
    let marks = stamped(|event| Stamp::Number(event.index as u64));
    let middle = marks.events[marks.events.len() / 2];
    let plain = Highlight { selected: Some(Hit::Event(middle.index)), ..Highlight::default() };
    for drawing in both("stamps", &marks, (280, 420), &plain) {
        assert!(count(&drawing, "stamp") > 5, "most find room");
        assert_eq!(count(&drawing, "claim-not-after"), 0, "nobody asked what the clock tells");
    }
    let own = Stamp::Number(middle.index as u64);
    for drawing in both("claims", &marks, (280, 420), &Highlight { claims: Some(&own), ..plain }) {
        for mark in drawing.marks.iter().filter(|mark| mark.class.has("stamp")) {
            let Shape::Text(text) = &mark.shape else { panic!("a timestamp is text") };
            let number: usize = text.words.rsplit(' ').next().and_then(|word| word.parse().ok()).expect("it is one");
            let sign = text.words.strip_suffix(&number.to_string()).expect("the sign is before it").trim();
            let expected = match number.cmp(&middle.index) {
                std::cmp::Ordering::Less => "←?",
                std::cmp::Ordering::Equal => "",
                std::cmp::Ordering::Greater => "→?",
            };
            assert_eq!(sign, expected, "{}", text.words);
        }
    }
}

#[test]
fn a_cut_of_the_protocol_passes_lanes_just_before_what_is_after_it() {
    let mut marks = scene::marks();
    let servers = marks.lanes.iter().filter(|lane| lane.kind == lightcone_core::NodeKind::Server);
    let first = |node: NodeId| marks.events.iter().find(|event| event.node == node && event.at > Micros::ms(320));
    let after = servers.filter_map(|lane| first(lane.node)).map(|event| (event.node, event.index, event.at)).collect();
    marks.slices = vec![SliceMark { name: "snapshot 1".into(), after }];
    for drawing in both("slice", &marks, (280, 520), &Highlight::default()) {
        assert!(count(&drawing, "slice") >= 4 && says(&drawing, "snapshot 1"));
    }
    let hidden = shown(&marks, &Filter { curtain: Some(Micros::ms(300)), ..Filter::default() });
    assert!(hidden.slices[0].after.is_empty(), "a cut lies in the future until then");
}

#[test]
fn a_timestamp_goes_with_its_event() {
    let marks = stamped(|event| Stamp::Number(event.index as u64));
    let kinds = [EventKind::Deliver];
    let fewer = shown(&marks, &Filter { kinds: &kinds, ..Filter::default() });
    assert!(fewer.stamps.len() < marks.stamps.len() && !fewer.stamps.is_empty());
    assert!(fewer.stamps.iter().all(|stamp| fewer.events.iter().any(|event| event.index == stamp.event)));
    assert!(shown(&marks, &Filter { no_stamps: true, ..Filter::default() }).stamps.is_empty());
}

#[test]
fn another_run_is_drawn_as_a_ghost() {
    let (marks, mut old) = (scene::marks(), scene::marks());
    let late = |at: Micros| at > Micros::ms(600);
    old.cuts[0].to = Some(Micros::ms(660));
    old.downs[0].to = None;
    old.arrows.iter_mut().filter(|arrow| late(arrow.sent)).for_each(|arrow| arrow.end = arrow.end.plus(Micros::ms(30)));
    let arrows = |marks: &Marks| marks.arrows.iter().filter(|a| late(a.sent)).map(|a| a.index).collect::<Vec<_>>();
    let events = |marks: &Marks| marks.events.iter().filter(|e| late(e.at)).map(|e| e.index).collect::<Vec<_>>();
    let difference = Difference {
        old_events: events(&old),
        old_arrows: arrows(&old),
        new_events: events(&marks),
        new_arrows: arrows(&marks),
        old,
    };
    let highlight = Highlight { difference: Some(&difference), ..Highlight::default() };
    for drawing in both("ghost", &marks, (520, 900), &highlight) {
        let ghosts: Vec<_> = drawing.marks.iter().filter(|mark| mark.class.has("otherwise")).collect();
        assert!(ghosts.len() > 10 && count(&drawing, "differs") > 10);
        assert!(ghosts.iter().all(|mark| mark.hit.is_none()), "what is not there cannot be selected");
    }
}

#[test]
fn an_axis_of_steps_tells_no_time() {
    let mut marks = scene::marks();
    marks.events.iter_mut().for_each(|event| event.at = Micros(event.at.0 / 20));
    for arrow in &mut marks.arrows {
        (arrow.sent, arrow.end) = (Micros(arrow.sent.0 / 20), Micros(arrow.end.0 / 20));
        arrow.handled = arrow.end;
    }
    for (orientation, name) in [(Across, "steps-across"), (Down, "steps-down")] {
        let view = Viewport { until: Micros(49_000), axis: Axis::Steps, ..view(orientation, 0, 50) };
        let drawing = draw(&marks, &view, &Highlight::default());
        golden(name, &drawing);
        assert!(says(&drawing, "causal order: no time"));
        let axis = drawing.marks.iter().filter(|mark| mark.class.has("axis"));
        let words = axis.filter_map(|mark| if let Shape::Text(text) = &mark.shape { Some(&text.words) } else { None });
        for words in words.filter(|words| !words.starts_with("causal")) {
            assert!(words.parse::<u64>().is_ok(), "`{words}` is not a number of steps");
        }
        let near =
            draw(&marks, &Viewport { window: Window { from: STEP, to: Micros(3_000) }, ..view }, &Highlight::default());
        assert!(count(&near, "grid") <= 3, "there is nothing between two steps");
    }
}

/// A leader that tells everyone it is there, every 4 ms; the tenth time n3 does not hear of it.
fn heartbeats() -> Marks {
    let mut marks = Marks { lanes: scene::marks().lanes, ..Marks::default() };
    marks.labels = vec!["AppendEntries term 1".to_owned(), "AppendEntriesReply term 1".to_owned()];
    let (mut events, mut arrows) = (Vec::new(), Vec::new());
    let mut event = |node: u8, at: u64, kind| {
        events.push(EventMark { index: events.len(), node: NodeId(node), at: Micros::ms(at), kind });
        events.len() - 1
    };
    for beat in 0..60_u64 {
        let sent_by = event(0, 100 + beat * 4, EventKind::Timer);
        for to in 1..4_u8 {
            let end = 101 + beat * 4 + u64::from(to);
            let (from, to) = (NodeId(0), NodeId(to));
            let sent = Micros::ms(100 + beat * 4);
            let lost = beat == 10 && to == NodeId(2);
            let by = if lost { 0 } else { event(to.0, end, EventKind::Deliver) };
            let fate = if lost { Fate::Lost(Loss::Chance) } else { Fate::Delivered(by) };
            let end = Micros::ms(end);
            let index = arrows.len();
            let beat = ArrowMark {
                index,
                from,
                to,
                sent,
                end,
                handled: end,
                sent_by,
                fate,
                flavour: Flavour::Periodic,
                copy: false,
                label: 0,
            };
            arrows.push(beat);
            if !lost {
                let back = end.plus(Micros::ms(2));
                let by = event(0, back.0 / 1_000, EventKind::Deliver);
                let (fate, flavour) = (Fate::Delivered(by), Flavour::Grant);
                let answer = ArrowMark { index: index + 1, from: to, to: from, sent: end, end: back, ..beat };
                arrows.push(ArrowMark { handled: back, sent_by: event_before(by), fate, flavour, label: 1, ..answer });
            }
        }
    }
    // An answer is sent by the event that handled what it answers.
    for place in 1..arrows.len() {
        if let (Flavour::Grant, Fate::Delivered(by)) = (arrows[place].flavour, arrows[place - 1].fate) {
            arrows[place].sent_by = by;
        }
    }
    (marks.events, marks.arrows) = (events, arrows);
    marks
}

fn event_before(event: usize) -> usize {
    event.saturating_sub(1)
}

#[test]
fn heartbeats_that_crowd_fold_into_a_band_and_unfold_on_zoom() {
    let marks = heartbeats();
    for drawing in both("folded", &marks, (0, 900), &Highlight::default()) {
        assert_eq!(count(&drawing, "folded"), 1);
        let arrows: Vec<Hit> = drawing.marks.iter().filter(|m| m.class.has("arrow")).filter_map(|m| m.hit).collect();
        let lost = marks.arrows.iter().find(|a| matches!(a.fate, Fate::Lost(_))).expect("one is lost");
        assert_eq!(arrows, [Hit::Arrow(lost.index)], "what is not ordinary stays an arrow");
    }
    let across = draw(&marks, &view(Across, 0, 900), &Highlight::default());
    assert!(says(&across, "AppendEntries n1 → n2 n3 n4: 179 of them"));
    let band = across.marks.iter().find(|m| m.class.has("folded")).expect("it is there").shape.bounds().centre();
    assert!(across.hit(band.x, band.y).is_some_and(|hit| describe(&marks, hit).is_some()));
    for drawing in both("unfolded", &marks, (140, 200), &Highlight::default()) {
        assert_eq!(count(&drawing, "folded"), 0);
        assert!(count(&drawing, "arrow") > 80);
    }
}

#[test]
fn what_is_selected_in_a_band_is_an_arrow() {
    let marks = heartbeats();
    let chosen = marks.arrows.iter().rfind(|a| a.flavour == Flavour::Periodic).expect("there are some");
    let highlight = Highlight { selected: Some(Hit::Arrow(chosen.index)), ..Highlight::default() };
    let drawing = draw(&marks, &view(Across, 0, 900), &highlight);
    golden("folded-selected", &drawing);
    assert!(drawing.marks.iter().any(|m| m.class.has("chosen") && m.hit == Some(Hit::Arrow(chosen.index))));
    assert_eq!(count(&drawing, "folded"), 1);
}

#[test]
fn ends_outside_of_the_window_are_indicated() {
    let marks = scene::marks();
    for (drawing, orientation) in both("ends", &marks, (95, 106), &Highlight::default()).into_iter().zip([Across, Down])
    {
        let view = view(orientation, 95, 106);
        let (start, end) = view.plot();
        let along = |p: lightcone_diagram::Point| if orientation == Across { p.x } else { p.y };
        let stubs: Vec<f64> = drawing
            .marks
            .iter()
            .filter(|mark| mark.class.has("stub"))
            .map(|mark| along(mark.shape.bounds().centre()))
            .collect();
        let crossing = |at: u64| {
            let at = Micros::ms(at);
            marks.arrows.iter().filter(|a| a.sent < at && a.end > at).count()
        };
        assert_eq!(stubs.iter().filter(|at| **at <= start).count(), crossing(95));
        assert_eq!(stubs.iter().filter(|at| **at > end).count(), crossing(106));
    }
}

#[test]
fn a_partition_of_lanes_that_are_no_neighbours_lies_on_the_lanes() {
    let mut marks = scene::marks();
    let of = |nodes: &[u8]| nodes.iter().map(|node| NodeId(*node)).collect::<NodeSet>();
    marks.cuts[0].what = CutKind::Partition(vec![of(&[0, 2, 4]), of(&[1, 3])]);
    for drawing in both("mixed", &marks, (200, 800), &Highlight::default()) {
        assert_eq!(count(&drawing, "cut"), 0, "no band");
        assert_eq!((count(&drawing, "cut-tint"), count(&drawing, "cut-hatch")), (4, 2), "the client is with the first");
        assert!(says(&drawing, "A") && says(&drawing, "B") && says(&drawing, "partition n1 n3 n5 | n2 n4"));
        let edges: Vec<_> = drawing.marks.iter().filter(|mark| mark.class.has("cut-edge")).collect();
        assert!(edges.len() == 2 && edges.iter().all(|edge| edge.hit == Some(Hit::Cut(1))));
    }
}

#[test]
fn behind_a_curtain_nothing_is_drawn_but_the_word() {
    let curtain = Micros::ms(512);
    let marks = shown(&scene::marks(), &Filter { curtain: Some(curtain), ..Filter::default() });
    let highlight = Highlight { hidden: Some(curtain), ..Highlight::default() };
    for (drawing, orientation) in both("curtain", &marks, (300, 900), &highlight).into_iter().zip([Across, Down]) {
        assert!(says(&drawing, "hidden"));
        let edge = view(orientation, 300, 900).place(curtain);
        for mark in drawing.marks.iter().filter(|mark| mark.class.has("arrow") || mark.class.has("event")) {
            let Area { x, y, width, height } = mark.shape.bounds();
            let last = if orientation == Across { x + width } else { y + height };
            assert!(last <= edge + 5.0, "{mark:?} is behind the curtain");
        }
    }
}

#[test]
fn lanes_that_are_folded_away_take_their_messages_along() {
    let folded: NodeSet = [NodeId(1), NodeId(4)].into_iter().collect();
    let marks = shown(&scene::marks(), &Filter { lanes: Some(&folded), ..Filter::default() });
    for drawing in both("collapsed", &marks, (60, 360), &Highlight::default()) {
        assert!(count(&drawing, "lane") == 4 && !says(&drawing, "n2") && says(&drawing, "n3"));
    }
}

#[test]
fn why_nothing_came_is_dashed() {
    let marks = scene::marks();
    let event = marks.events.iter().find(|e| e.node == NodeId(3) && e.at == Micros::ms(471)).expect("n4 times out");
    let absent = Some(Absent { event: event.index, from: Micros::ms(310) });
    let highlight = Highlight { selected: Some(Hit::Event(event.index)), absent, ..Highlight::default() };
    for drawing in both("nothing-came", &marks, (250, 550), &highlight) {
        assert_eq!(count(&drawing, "absent"), 3);
    }
}

#[test]
fn what_is_held_by_a_partition_waits_at_it() {
    let mut marks = scene::marks();
    marks.cuts[0].held = true;
    for arrow in marks.arrows.iter_mut().filter(|arrow| arrow.fate == Fate::Lost(Loss::Cut(1))) {
        arrow.fate = if arrow.sent < Micros::ms(500) { Fate::Delivered(3) } else { Fate::Parked };
        (arrow.end, arrow.handled) = (Micros::ms(715), Micros::ms(715));
    }
    for drawing in both("held", &marks, (280, 800), &Highlight::default()) {
        assert!(count(&drawing, "pause") > 5 && count(&drawing, "parked") > 0);
    }
}

/// Forty letters.
const LONG: &str = "the-coordinator-of-the-third-datacentre!";

#[test]
fn long_names_are_cut_short_and_told_in_full() {
    let mut marks = scene::marks();
    marks.lanes.iter_mut().for_each(|lane| lane.name = LONG.to_owned());
    for drawing in both("long-names", &marks, (60, 260), &Highlight::default()) {
        let names = drawing.marks.iter().filter(|mark| mark.class.has("name"));
        let names: Vec<_> =
            names.filter_map(|m| if let Shape::Text(t) = &m.shape { Some(&t.words) } else { None }).collect();
        assert!(names.len() == 6 && names.iter().all(|name| name.ends_with('…')), "{names:?}");
    }
    assert!(describe(&marks, Hit::Event(0)).is_some_and(|words| words.contains(LONG)));
}

#[test]
fn many_lanes_and_one_lane_are_drawn() {
    let many = random::marks(&mut random::Dice::new(5), &random::Size { lanes: 25, arrows: 60, until: 980_000 });
    for drawing in both("many-lanes", &many, (0, 980), &Highlight::default()) {
        assert_eq!(count(&drawing, "lane"), 25);
    }
    let one = random::marks(&mut random::Dice::new(6), &random::Size { lanes: 1, arrows: 6, until: 980_000 });
    for drawing in both("one-lane", &one, (0, 980), &Highlight::default()) {
        assert_eq!((count(&drawing, "lane"), count(&drawing, "name")), (1, 1));
    }
}

#[test]
fn a_run_without_events_is_an_axis() {
    let marks = Marks { lanes: scene::marks().lanes, ..Marks::default() };
    for drawing in both("empty", &marks, (0, 980), &Highlight::default()) {
        assert!(count(&drawing, "lane") == 6 && count(&drawing, "axis") > 2);
    }
}

/// Sizes and windows that nobody means.
fn odd_views() -> Vec<Viewport> {
    let instants = [(0, 0), (500, 500), (900, 100), (0, 980_000), (u64::MAX - 1, u64::MAX), (0, u64::MAX)];
    let mut views = Vec::new();
    for orientation in [Across, Down] {
        for (width, height) in [(0.0, 0.0), (0.0, 400.0), (700.0, 0.0), (1.0, 1.0), (-5.0, 300.0), (700.0, 300.0)] {
            for (from, to) in instants {
                for (until, axis) in [(0, Axis::Time), (980_000, Axis::Time), (980_000, Axis::Steps)] {
                    let window = Window { from: Micros(from), to: Micros(to) };
                    let (playhead, until) = (Micros(from), Micros(until));
                    views.push(Viewport { width, height, window, orientation, playhead, until, axis });
                }
            }
        }
    }
    views
}

#[test]
fn whatever_is_asked_there_is_a_picture() {
    let wild = |seed, lanes, arrows| {
        random::marks(&mut random::Dice::new(seed), &random::Size { lanes, arrows, until: 980_000 })
    };
    let all = [Marks::default(), wild(1, 1, 9), wild(2, 25, 40), wild(3, 3, 0), scene::marks()];
    let cone = scene::cone(&scene::marks());
    let chain = [CausalLink { event: 1, next: Some(Along::Message(900)) }, CausalLink { event: 7_000, next: None }];
    let difference = Difference {
        old: wild(4, 25, 40),
        old_events: (0..30).collect(),
        old_arrows: (0..30).collect(),
        new_events: vec![0, 99_999],
        new_arrows: vec![1, 99_999],
    };
    let stamp = Stamp::Vector(vec![3]);
    for marks in &all {
        for view in odd_views() {
            let highlight = Highlight {
                selected: Some(Hit::Event(99_999)),
                hovered: Some(Hit::Arrow(99_999)),
                cone: Some(&cone),
                claims: Some(&stamp),
                second: Some(Hit::Cut(99)),
                chain: if view.width > 1.0 { &chain } else { &[] },
                difference: Some(&difference),
                hidden: Some(Micros(400_000)),
                absent: Some(Absent { event: 3, from: Micros::ZERO }),
            };
            let text = draw(marks, &view, &highlight).svg("");
            assert!(!text.contains("NaN") && !text.contains("inf"), "{view:?}");
            assert!(text.len() < 2_000_000, "{} bytes for {view:?}", text.len());
            assert_eq!(lane_order(marks).len(), marks.lanes.len());
        }
    }
}
