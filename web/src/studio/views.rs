//! What is drawn, kept as long as what it was made from stays the same.

use super::drag::Preview;
use super::pen::Line;
use super::{Causality, Dialog, Focus, Gesture, Pieces, ReadoutLine, Selected, Studio, Veil, WhatIf};
use crate::stage::{Picture, Seats, Size};
use lightcone_core::{Micros, Sorted};
use lightcone_diagram::{
    Absent, Crowd, Difference, Drawing, Filter, Highlight, Hit, Orientation, draw, playhead, scrub, shown,
};
use lightcone_sim::view::{ArrowMark, CausalLink, Claims, Cone, Fate, Loss, Marks, Stage, Window};
use std::{cell::OnceCell, rc::Rc};

/// What is drawn.
pub struct Views {
    /// The cluster at the playhead.
    pub stage: Rc<Stage>,
    /// The cluster as shapes.
    pub picture: Rc<Picture>,
    /// The readout.
    pub readout: Rc<Vec<ReadoutLine>>,
    /// What happens in the diagram's window.
    pub marks: Rc<Marks>,
    /// The same with what may not be told.
    whole_marks: Rc<Marks>,
    drawing: OnceCell<Rc<Drawing>>,
    /// The diagram as SVG, without the playhead: while time passes only that moves, and hundreds of marks stay. Where
    /// there is a crowd, only what lies below it.
    pub chart_svg: Rc<str>,
    /// The crowd on the diagram.
    pub pieces: Pieces,
    /// What lies above the crowd, captions, and the places of a search, on the diagram as SVG.
    pub flags_svg: Rc<str>,
    /// The playhead, and what is drawn by hand, on the diagram as SVG.
    pub needle_svg: Rc<str>,
    /// The scrub strip as SVG.
    pub scrub_svg: Rc<str>,
    /// What is under the pointer on the diagram, in words.
    pub hint: Option<String>,
    /// The inspector.
    pub focus: Rc<Focus>,
    /// The link of the scene, where it is shown.
    pub link: Rc<str>,
    cone: Option<Rc<Cone>>,
    claims: Option<Claims>,
    absent: Option<Absent>,
    chain: Vec<CausalLink>,
    whole: Rc<Whole>,
    keys: Keys,
}

/// The run as a whole, for the scrub strip.
#[derive(Default)]
struct Whole {
    density: Vec<u32>,
    marks: Marks,
}

/// What each view was made from.
#[derive(Default)]
struct Keys {
    stage: Option<(u64, Micros, Veil)>,
    picture: Option<PictureKey>,
    marks: Option<(Seen, Window)>,
    shown: Option<(Seen, Window, Veil, Micros, Option<usize>)>,
    cone: Option<ConeKey>,
    drawing: Option<DrawingKey>,
    drawn: Option<Window>,
    needle: Option<(Window, Size, Orientation, Micros, Option<Line>)>,
    whole: Option<u64>,
    scrub: Option<(u64, u64, u64, Veil)>,
    focus: Option<FocusKey>,
    focus_at: Option<f64>,
    link: Option<(u64, bool)>,
}

/// Which state of the run, of the drag over it, and of how it is read.
type Seen = (u64, u64, u64);

/// What the diagram is made from, beside its window.
#[derive(PartialEq)]
struct DrawingKey {
    seen: Seen,
    size: Size,
    orientation: Orientation,
    selected: Option<Hit>,
    hovered: Option<Hit>,
    /// The marks as they are told, by address: they are made anew when anything about them changes. Zero where all of
    /// them are told.
    told: usize,
    second: Option<Hit>,
    /// The cone, by address: what was only stepped to has none, and what is selected then does.
    cone: usize,
    ghost: usize,
}

/// What the picture of the stage is made from, beside the stage: the number of walls, the places, whether someone is
/// carried, what may be told, and the selection.
type PictureKey = ((u64, Micros), usize, u64, bool, Veil, Option<usize>);

/// What the cone and the chain are made from: the run, the selection, what may be told, and the second selection.
type ConeKey = ((u64, Option<usize>), Veil, Micros, Option<Selected>);

/// What the inspector is made from.
type FocusKey = (u64, (Option<usize>, Selected, Micros, Causality, (usize, usize), (bool, Option<usize>, bool)));

/// While time passes the inspector changes at most this often, in ms: nobody reads faster.
const READING: f64 = 180.0;
/// The parts of the run on the scrub strip.
const SLOTS: u64 = 160;
/// A playhead outside of every window.
const NOWHERE: Micros = Micros(u64::MAX);
/// The height of the scrub strip, in px.
pub const STRIP_HEIGHT: f64 = 30.0;

impl Default for Views {
    fn default() -> Self {
        let stage = Stage {
            at: Micros::ZERO,
            nodes: vec![],
            flights: vec![],
            cuts: vec![],
            spells: vec![],
            sides: vec![],
            broken: vec![],
        };
        let seats = Seats::new(&[], Size { width: 1.0, height: 1.0 }, &Sorted::new());
        let picture = Picture::new(&stage, seats, &Sorted::new(), false);
        Views {
            stage: Rc::new(stage),
            picture: Rc::new(picture),
            readout: Rc::default(),
            marks: Rc::default(),
            whole_marks: Rc::default(),
            drawing: OnceCell::new(),
            chart_svg: "".into(),
            pieces: Pieces::default(),
            flags_svg: "".into(),
            needle_svg: "".into(),
            scrub_svg: "".into(),
            hint: None,
            focus: Rc::default(),
            link: "".into(),
            cone: None,
            claims: None,
            absent: None,
            chain: Vec::new(),
            whole: Rc::default(),
            keys: Keys::default(),
        }
    }
}

impl Views {
    /// When an intervention was first seen to do something.
    pub(super) fn seen_of(&self, id: u32) -> Option<Micros> {
        let Marks { cuts, spells, downs, arrows, .. } = &self.whole.marks;
        let dropped = |arrow: &&ArrowMark| arrow.fate == Fate::Lost(Loss::Dropped(id));
        let cuts = cuts.iter().filter(|cut| cut.id == id).map(|cut| cut.from);
        let spells = spells.iter().filter(|spell| spell.id == id).map(|spell| spell.from);
        let downs = downs.iter().filter(|down| down.by == id).map(|down| down.from);
        cuts.chain(spells).chain(downs).chain(arrows.iter().filter(dropped).map(|arrow| arrow.sent)).min()
    }
}

/// Puts a new key in place; whether it is another one.
fn renew<K: PartialEq>(old: &mut Option<K>, new: K) -> bool {
    let other = old.as_ref() != Some(&new);
    if other {
        *old = Some(new);
    }
    other
}

impl Studio {
    /// Makes anew what changed.
    pub(super) fn refresh(&mut self) {
        self.refresh_veil();
        self.refresh_stage();
        self.refresh_chart();
        self.refresh_roam();
        self.refresh_beside();
        self.refresh_map();
        self.refresh_strip();
        if !self.options.embed {
            self.note_kinds();
            self.judge_progress();
            self.refresh_focus();
        }
        self.refresh_judging();
        let shown = self.options.embed || self.dialog == Some(Dialog::Share);
        if shown && self.done && renew(&mut self.views.keys.link, (self.version, self.done)) {
            self.views.link = format!("{}#{}", self.options.base, self.fragment()).into();
        }
    }

    fn refresh_stage(&mut self) {
        let playhead = self.clock.playhead;
        let (version, places) = (self.version, self.places());
        let veil = self.causality.veil;
        if renew(&mut self.views.keys.stage, (version, playhead, veil)) {
            let stage = self.veiled_stage();
            let readout = self.readout(&stage);
            if *self.views.readout != readout {
                self.views.readout = Rc::new(readout);
            }
            self.views.stage = Rc::new(stage);
        }
        let carried = matches!(self.gesture, Gesture::Carry(..));
        let cone = self.refresh_cone();
        let selected = cone.as_ref().map(|cone| cone.event);
        let key = ((version, playhead), self.walls.len(), places, carried, veil, selected);
        if renew(&mut self.views.keys.picture, key) {
            let mut picture = Picture::new(&self.views.stage, self.seats(), &self.walls, carried);
            if let Some(cone) = &cone {
                picture.stand(|node| self.standing_of(cone, node), |message| self.standing_of_message(cone, message));
            }
            self.views.picture = Rc::new(picture);
        }
    }

    /// A number that changes when someone is moved or the stage changes its size.
    fn places(&self) -> u64 {
        let mut sum = self.stage_size.width.to_bits().rotate_left(7) ^ self.stage_size.height.to_bits();
        for (name, at) in self.moved.iter() {
            let letters = name.bytes().fold(7u64, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
            sum = sum.rotate_left(9) ^ letters ^ at.x.to_bits().rotate_left(3) ^ at.y.to_bits();
        }
        sum
    }

    fn refresh_chart(&mut self) {
        let (version, window) = (self.version, self.chart.window);
        self.count_columns();
        let seen = (version, self.drag.preview().map_or(0, |preview| preview.version), self.reading.seen);
        let reach = self.reach();
        let wide = reach.map_or(window, |reach| reach.window);
        let raw = renew(&mut self.views.keys.marks, (seen, wide));
        if raw {
            let lab = self.drag.preview().map_or(&self.lab, |preview| &preview.lab);
            let marks = Rc::new(self.visible(lab.as_ref(), wide));
            self.see_change(&marks);
            self.views.whole_marks = marks;
        }
        let veil = self.causality.veil;
        let narrow = self.views.cone.clone().filter(|_| self.drag.preview().is_none() && self.causality.narrow);
        let at = if veil == Veil::None { Micros::ZERO } else { self.clock.playhead };
        let told = (seen, wide, veil, at, narrow.as_ref().map(|cone| cone.event));
        if renew(&mut self.views.keys.shown, told) || raw {
            self.views.marks = self.veiled_marks(&self.views.whole_marks, narrow.as_deref());
        }
        let ghost = self.what_if_ghost();
        let key = DrawingKey {
            seen,
            size: self.chart.size,
            orientation: self.chart.orientation,
            selected: self.selected_mark(),
            hovered: self.hovered,
            told: if reach.is_some() { 0 } else { Rc::as_ptr(&self.views.marks) as usize },
            second: self.second_mark(),
            cone: self.shown_cone().map_or(0, |cone| Rc::as_ptr(&cone) as usize),
            ghost: ghost.as_ref().map_or(0, |ghost| Rc::as_ptr(ghost) as usize),
        };
        let other = renew(&mut self.views.keys.drawing, key);
        if other {
            self.views.pieces = Pieces::default();
        }
        let moved = renew(&mut self.views.keys.drawn, window) || other;
        if moved || self.views.pieces.is_due() {
            self.draw_chart(ghost.as_deref(), moved);
        }
        let needle = (window, self.chart.size, self.chart.orientation, self.clock.playhead, self.pen.line);
        if renew(&mut self.views.keys.needle, needle) {
            let viewport = self.viewport();
            self.views.needle_svg = (playhead(&viewport).svg_body() + &self.line_svg()).into();
            if self.chart.causal {
                self.draw_other(&viewport);
            }
        }
    }

    /// Draws the diagram, or carries on with the pieces of a crowd.
    fn draw_chart(&mut self, ghost: Option<&Difference>, moved: bool) {
        let viewport = self.chart.viewport(NOWHERE, self.chart_end());
        let mut pieces = std::mem::take(&mut self.views.pieces);
        let (marks, cone) = self.in_columns(&self.views.marks, self.shown_cone());
        let highlight = self.highlight(cone.as_deref(), ghost);
        let crowd = self.reach().and_then(|_| Crowd::of(&marks, &viewport, &highlight));
        let over = self.laid_over(&marks, &viewport).svg_body();
        let drawn = match &crowd {
            Some(crowd) => {
                pieces.lay(crowd, viewport.window, moved);
                moved.then(|| {
                    let (below, above) = crowd.around();
                    (below.svg_body(), above.svg_body() + &over, OnceCell::new())
                })
            }
            None => {
                pieces = Pieces::default();
                let drawing = draw(&marks, &viewport, &highlight);
                Some((drawing.svg_body(), over, OnceCell::from(Rc::new(drawing))))
            }
        };
        self.views.pieces = pieces;
        let Some((below, above, drawing)) = drawn else { return };
        (self.views.chart_svg, self.views.flags_svg, self.views.drawing) = (below.into(), above.into(), drawing);
        self.draw_other(&viewport);
        self.views.hint = self.hovered.and_then(|hit| self.hint_of(hit));
    }

    /// The diagram as marks. Of a crowd it is made when someone asks for it: a window that moves needs none.
    pub(super) fn drawing(&self) -> &Rc<Drawing> {
        self.views.drawing.get_or_init(|| {
            let highlight = self.highlight(self.views.cone.as_deref(), None);
            let viewport = self.chart.viewport(NOWHERE, self.chart_end());
            Rc::new(draw(&self.views.marks, &viewport, &highlight))
        })
    }

    /// The cone of the selection, unless a drag is under way.
    pub(super) fn shown_cone(&self) -> Option<Rc<Cone>> {
        self.views.cone.clone().filter(|_| self.drag.preview().is_none())
    }

    /// What its timestamp tells of the selection beside all others, unless a drag is under way.
    pub(super) fn claims(&self) -> Option<&Claims> {
        self.views.claims.as_ref().filter(|_| self.drag.preview().is_none())
    }

    /// What stands out on the diagram.
    fn highlight<'a>(&'a self, cone: Option<&'a Cone>, ghost: Option<&'a Difference>) -> Highlight<'a> {
        let veil = self.causality.veil;
        let ghost = ghost.filter(|_| !self.chart.causal);
        // What an edit changes lies in the future, and may not be told where that is hidden.
        let previewed = self.drag.preview().filter(|_| veil == Veil::None).map(|preview| &preview.difference);
        let differing = self.differing().filter(|_| veil == Veil::None);
        Highlight {
            selected: self.selected_mark(),
            hovered: self.hovered,
            cone: cone.filter(|_| ghost.is_none()),
            claims: self.claims().filter(|_| self.reading.claims).map(|claims| &claims.stamp),
            second: self.second_mark(),
            chain: &self.views.chain,
            difference: previewed.or(ghost).or(differing),
            hidden: (veil == Veil::Curtain).then_some(self.placed(self.clock.playhead)),
            absent: self.views.absent.filter(|_| !self.chart.causal),
        }
    }

    /// The past and the future of the selection.
    fn refresh_cone(&mut self) -> Option<Rc<Cone>> {
        let (event, veil) = (self.subject(), self.causality.veil);
        let at = if veil == Veil::None { Micros::ZERO } else { self.clock.playhead };
        if renew(&mut self.views.keys.cone, ((self.version, event), veil, at, self.causality.second)) {
            self.views.cone = event.map(|event| Rc::new(self.veiled_cone(self.lab.cone(event))));
            self.views.claims = event.filter(|_| veil == Veil::None).and_then(|event| self.lab.run().claims(event));
            self.views.absent = self.absent();
            self.views.chain = self.chain().unwrap_or_default();
        }
        self.views.cone.clone()
    }

    /// The selection as a mark of the diagram; without one, the event that was stepped to.
    pub(super) fn selected_mark(&self) -> Option<Hit> {
        if let Some(preview) = self.drag.preview() {
            return preview.mark;
        }
        match self.selected {
            Selected::Event(event) => Some(Hit::Event(event)),
            Selected::Message(message) => Some(Hit::Arrow(message)),
            Selected::Fault(id) => {
                let marks = &self.views.whole.marks;
                let down = marks.downs.iter().any(|down| down.by == id);
                let spell = marks.spells.iter().any(|spell| spell.id == id);
                Some(if down {
                    Hit::Down(id)
                } else if spell {
                    Hit::Spell(id)
                } else {
                    Hit::Cut(id)
                })
            }
            Selected::Nothing | Selected::Node(_) => self.clock.event.filter(|e| self.may_tell(*e)).map(Hit::Event),
        }
    }

    /// How many events lie in each part of the run, by how many there are until an instant.
    fn density(&self, until: impl Fn(Micros) -> usize) -> Vec<u32> {
        let (end, mut before) = (self.until().0, 0);
        let slot = |slot: u64| {
            let count = until(Micros(end * slot / SLOTS));
            let events = count - before;
            before = count;
            u32::try_from(events).unwrap_or(u32::MAX)
        };
        (1..=SLOTS).map(slot).collect()
    }

    /// The run as a whole, as far as it may be told.
    fn told_whole(&self, whole: &Whole) -> Whole {
        let marks = match self.causality.veil {
            Veil::Knows(_) => Marks::default(),
            _ => shown(&whole.marks, &Filter { curtain: Some(self.clock.playhead), ..Filter::default() }),
        };
        Whole { density: self.density(|at| self.told_until(at)), marks }
    }

    fn refresh_strip(&mut self) {
        if renew(&mut self.views.keys.whole, self.version) {
            let density = self.density(|at| self.lab.events_until(at));
            self.views.whole = Rc::new(Whole { density, marks: self.lab.run().faults() });
        }
        // Less than half a px is not seen.
        let knob = (self.clock.playhead.0 as f64 / self.until().0.max(1) as f64 * self.strip * 2.0) as u64;
        let veil = self.causality.veil;
        if renew(&mut self.views.keys.scrub, (self.version, knob, self.strip.to_bits(), veil)) {
            let whole = self.views.whole.clone();
            let told = if veil == Veil::None { whole } else { Rc::new(self.told_whole(&whole)) };
            let drawing =
                scrub(&told.density, &told.marks, self.until(), self.clock.playhead, self.strip, STRIP_HEIGHT);
            self.views.scrub_svg = drawing.svg_body().into();
        }
    }

    fn refresh_focus(&mut self) {
        if self.drag.preview().is_some_and(Preview::is_moving) {
            return;
        }
        let now = self.clock.last_frame;
        let follows = self.views.focus.waits()
            || matches!(self.selected, Selected::Message(_))
            || self.causality.veil != Veil::None
            || self.is_network();
        let at = if follows { self.clock.playhead } else { Micros::ZERO };
        let asked = self.what_if.as_ref().map_or((0, 0), WhatIf::compared);
        let judged = (self.judging.order, self.judging.rule.filter(|_| !self.clock.playing), self.reading.claims);
        let key = (self.version, (self.present(), self.selected, at, self.causality.clone(), asked, judged));
        // While a run is computed only its length changes.
        let only_longer = self.views.keys.focus.as_ref().is_some_and(|(_, rest)| *rest == key.1);
        let waits = self.clock.playing || (!self.done && only_longer);
        let soon =
            waits && self.views.keys.focus_at.zip(now).is_some_and(|(then, now)| now >= then && now - then < READING);
        if !soon && renew(&mut self.views.keys.focus, key) {
            self.views.focus = Rc::new(self.focus());
            self.views.keys.focus_at = now;
        }
    }
}
