//! Virtual time on the page: playing, stepping, scrubbing.

use super::{Effect, Studio, words};
use crate::engine;
use lightcone_core::Micros;

/// The speeds on offer: how many microseconds one second shows.
pub const SPEEDS: [u64; 8] = [5_000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000, 1_000_000];
/// A run is carried on by so much when the playhead comes near its end.
const FURTHER: Micros = Micros::ms(1_000);
/// No run is carried on beyond this.
const LONGEST: Micros = Micros::ms(60_000);
/// A tab that was in the background tells of minutes at once: more than this is not believed. In ms.
const LONGEST_FRAME: f64 = 100.0;
/// Events computed in one frame.
const BUDGET: usize = 2_000;

/// Something that happens to time.
#[derive(Clone, Debug, PartialEq)]
pub enum TimeMsg {
    /// The browser is about to paint; its clock in ms.
    Frame(f64),
    /// Play, or pause.
    Toggle,
    /// To the next event.
    Next,
    /// To the previous event.
    Previous,
    /// To an instant.
    Seek(Micros),
    /// By so many microseconds, back if negative.
    Nudge(i64),
    /// To an event.
    Visit(usize),
    /// To an intervention.
    VisitFault(u32),
    /// To a share of the run.
    SeekShare(f64),
    /// To the end of what is known.
    End,
    /// So many microseconds for each second.
    Speed(u64),
    /// Faster or slower by so many places in the list of speeds.
    Faster(i32),
    /// The same scene with another seed.
    AnotherRun,
}

/// Where in virtual time we are.
#[derive(Clone, Debug, PartialEq)]
pub struct Clock {
    /// The instant that is shown.
    pub playhead: Micros,
    /// The event that was stepped to, where several share the instant.
    pub event: Option<usize>,
    /// Whether time passes.
    pub playing: bool,
    /// Microseconds of virtual time for each second.
    pub speed: u64,
    /// The browser's clock at the last frame, in ms.
    pub last_frame: Option<f64>,
    /// The part of a microsecond that the last frame left over.
    carry: f64,
}

impl Default for Clock {
    fn default() -> Self {
        Clock { playhead: Micros::ZERO, event: None, playing: false, speed: 50_000, last_frame: None, carry: 0.0 }
    }
}

impl Clock {
    /// Back to the start; speed and playing stay.
    pub(super) fn restart(&mut self) {
        *self = Clock { playing: self.playing, speed: self.speed, last_frame: self.last_frame, ..Clock::default() };
    }

    /// How many microseconds pass until the frame at `now` ms.
    fn passes(&mut self, now: f64) -> u64 {
        let elapsed = self.last_frame.map_or(0.0, |last| (now - last).clamp(0.0, LONGEST_FRAME));
        self.carry += elapsed * self.speed as f64 / 1_000.0;
        let whole = self.carry.floor();
        self.carry -= whole;
        whole as u64
    }
}

impl Studio {
    pub(super) fn time(&mut self, msg: TimeMsg) -> Vec<Effect> {
        match msg {
            TimeMsg::Frame(now) => self.frame(now),
            TimeMsg::Toggle => self.toggle(),
            TimeMsg::Next => self.step_on(),
            TimeMsg::Previous => self.step_back(),
            TimeMsg::Seek(at) => self.seek(at),
            TimeMsg::Nudge(by) => self.seek(Micros(self.clock.playhead.0.saturating_add_signed(by))),
            TimeMsg::Visit(event) => self.visit(event),
            TimeMsg::VisitFault(id) => self.visit_fault(id),
            TimeMsg::SeekShare(share) => self.seek(Micros((share.clamp(0.0, 1.0) * self.until().0 as f64) as u64)),
            TimeMsg::End => self.seek(self.until()),
            TimeMsg::Speed(speed) => self.clock.speed = speed,
            TimeMsg::Faster(by) => self.faster(by),
            TimeMsg::AnotherRun => self.another_run(),
        }
        Vec::new()
    }

    fn frame(&mut self, now: f64) {
        if self.drag.preview().is_some() {
            self.drag_frame();
        } else {
            self.compute();
        }
        self.compute_what_if();
        self.compute_other();
        if self.clock.playing {
            let step = self.clock.passes(now);
            let known = if self.done { self.until() } else { self.computed() };
            self.clock.playhead = Micros(self.clock.playhead.0.saturating_add(step)).min(known);
            self.clock.event = None;
            self.carry_on();
            let (at, end) = (self.placed(self.clock.playhead), self.chart_reach());
            self.chart.follow(at, end);
        }
        self.clock.last_frame = Some(now);
    }

    /// The instant up to which the run is known.
    fn computed(&self) -> Micros {
        self.lab.len().checked_sub(1).map_or(Micros::ZERO, |last| self.lab.event(last).at)
    }

    /// Computes a slice of the run.
    pub(super) fn compute(&mut self) {
        if !self.done {
            self.done = self.lab.advance(BUDGET);
            self.version += 1;
            if self.done {
                self.prove();
                self.tell_change();
            }
        }
    }

    /// Carries the run on when the playhead comes near its end, or stops there.
    fn carry_on(&mut self) {
        let until = self.until();
        let near = self.clock.playhead.plus(Micros(self.chart.span()));
        if !self.done || near < until {
            return;
        }
        if until < LONGEST && !self.options.embed {
            self.lab.set_until(until.plus(FURTHER).min(LONGEST));
            self.done = false;
            self.soil();
            self.compute();
        } else if self.clock.playhead >= until {
            self.clock.playing = false;
            self.say("the run is over");
        }
    }

    fn toggle(&mut self) {
        let over = self.clock.playhead >= self.until() && (self.until() >= LONGEST || self.options.embed);
        if !self.clock.playing && over {
            self.seek(Micros::ZERO);
        }
        self.clock.playing = !self.clock.playing;
        self.clock.last_frame = None;
        self.chart.following = true;
        if self.clock.playing {
            self.selected = super::Selected::Nothing;
        }
    }

    /// The event that is shown: the one stepped to, or the last one up to the playhead that may be told of.
    pub fn present(&self) -> Option<usize> {
        if let super::Veil::Knows(node) = self.causality.veil {
            let told = |event: &usize| *event < self.lab.len() && self.may_tell(*event);
            return self.clock.event.filter(told).or_else(|| self.latest_of(node));
        }
        let last = || self.lab.events_until(self.clock.playhead).checked_sub(1);
        self.clock.event.filter(|event| *event < self.lab.len()).or_else(last)
    }

    fn step_on(&mut self) {
        let next = match self.causality.veil {
            // Whoever steps through what one participant knows steps along its lane.
            super::Veil::Knows(node) => {
                let lane = &self.lab.run().trace().lanes[node.index()];
                let until = self.lab.events_until(self.clock.playhead);
                lane.get(lane.partition_point(|event| (*event as usize) < until)).map(|event| *event as usize)
            }
            _ => Some(self.present().map_or(0, |event| event + 1)),
        };
        if let Some(next) = next.filter(|next| *next < self.lab.len()) {
            self.visit(next);
        }
    }

    fn step_back(&mut self) {
        let Some(present) = self.present() else { return };
        // Between two events the way back leads to the earlier one first.
        let between = self.lab.event(present).at < self.clock.playhead;
        let before = match self.causality.veil {
            super::Veil::Knows(node) => {
                let lane = &self.lab.run().trace().lanes[node.index()];
                let place = lane.partition_point(|event| (*event as usize) < present);
                place.checked_sub(1).map_or(present, |place| lane[place] as usize)
            }
            _ => present.saturating_sub(1),
        };
        self.visit(if between { present } else { before });
    }

    /// Goes to an event and shows why it happened.
    pub(super) fn visit(&mut self, event: usize) {
        if event < self.lab.len() {
            self.seek(self.lab.event(event).at);
            self.clock.event = Some(event);
            self.selected = super::Selected::Nothing;
        }
    }

    /// Selects an intervention and goes to where it acts, if that is known.
    fn visit_fault(&mut self, id: u32) {
        if let Some(at) = self.instant_of(id) {
            self.seek(at);
        }
        self.selected = super::Selected::Fault(id);
    }

    /// Goes to an instant and stops there.
    pub(super) fn seek(&mut self, at: Micros) {
        self.clock.playhead = at.min(self.until());
        self.clock.event = None;
        self.clock.playing = false;
        self.reveal(self.clock.playhead);
    }

    fn faster(&mut self, by: i32) {
        let place = SPEEDS.iter().position(|speed| *speed >= self.clock.speed).unwrap_or(SPEEDS.len() - 1);
        let place = (place as i32 + by).clamp(0, SPEEDS.len() as i32 - 1);
        self.clock.speed = SPEEDS[place as usize];
        self.say(format!("1 second shows {}", words::speed(self.clock.speed)));
    }

    fn another_run(&mut self) {
        let mut scenario = self.scenario().clone();
        self.remember("another seed");
        scenario.run.seed = another(scenario.run.seed);
        match engine::open(scenario) {
            Ok(lab) => {
                self.replace_lab(lab);
                self.changed();
                self.say(format!("another run, seed {}", self.scenario().run.seed));
            }
            Err(error) => self.refuse(&error),
        }
    }
}

/// A seed that is not the present one, short enough to read aloud. No chance is involved: taking back an edit and
/// asking again gives the same run.
pub(super) fn another(seed: u64) -> u64 {
    (seed % 100_000 + 1) * 7_919 % 99_991 + 1
}
