//! What a choice does to a cluster.

use super::{
    super::hash_of,
    Choice,
    choice::small,
    part::Part,
    state::{Open, Place, State},
    time::Armed,
};
use lightcone_core::{
    Boot, Choices, Effect, Env, Input, Machine, Micros, NodeId, Packet, Protocol, Sight, StepSeen, boot, step,
};
use std::rc::Rc;

/// The picks of a step: those that were made, and how many alternatives the first has that was not.
struct Script<'a> {
    picks: &'a [u32],
    made: usize,
    open: Option<u32>,
}

impl Choices for Script<'_> {
    fn choose(&mut self, _label: &'static str, n: u32) -> u32 {
        if n <= 1 {
            return 0;
        }
        let pick = self.picks.get(self.made).copied();
        self.made += 1;
        if pick.is_none() {
            self.open.get_or_insert(n);
        }
        pick.unwrap_or(0)
    }
}

/// How much of a step takes place.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Extent {
    Whole,
    /// It is cut off; where is not decided.
    SomeOf,
    /// It is cut off after so many effects.
    First(u16),
}

impl<P: Protocol> State<P> {
    /// Makes a choice.
    pub(super) fn happen(&mut self, choice: Choice) {
        self.lied = None;
        match (choice, std::mem::replace(&mut self.open, Open::Nothing)) {
            (Choice::Pick(pick), Open::Pick { choice, cut, mut picks, .. }) => {
                picks.push(pick.into());
                let extent = cut.map_or(extent_of(choice), Extent::First);
                self.take(choice, &picks, extent);
            }
            (Choice::Cut(after), Open::Cut { choice, picks, .. }) => {
                self.take(choice, &picks, Extent::First(after));
            }
            (Choice::Clocks(way), _) => self.choose_clocks(way),
            (_, _) => self.begin_choice(choice),
        }
    }

    fn begin_choice(&mut self, choice: Choice) {
        match choice {
            Choice::Lose(place) => {
                let flight = self.flights.remove(usize::from(place));
                let free = self.liars.contains(flight.from) || self.places[flight.to.index()].machine.is_none();
                self.left.losses -= u32::from(!free);
            }
            Choice::Crash(node) => self.crash(node),
            Choice::Lie(liar, peer, nth) => {
                let lie = self.lies_of(liar, peer, None).swap_remove(usize::from(nth));
                self.tell_lie(liar, peer, lie);
            }
            Choice::Twist(place, nth) => self.twist(usize::from(place), usize::from(nth)),
            _ => self.take(choice, &[], extent_of(choice)),
        }
    }

    fn twist(&mut self, place: usize, nth: usize) {
        let flight = self.flights.remove(place);
        let Packet::Message(honest) = &*flight.packet else { return };
        let lie = self.lies_of(flight.from, flight.to, Some(honest)).swap_remove(nth);
        self.tell_lie(flight.from, flight.to, lie);
    }

    fn tell_lie(&mut self, liar: NodeId, peer: NodeId, lie: P::Message) {
        let packet = Part::new(Packet::Message(lie));
        self.lied = Some(hash_of(&(liar, peer, packet.hash())));
        self.liars.insert(liar);
        self.left.lies -= 1;
        self.send(liar, peer, packet);
    }

    fn crash(&mut self, node: NodeId) {
        self.left.crashes -= 1;
        self.change(node, |place| {
            place.machine = None;
            place.timers.clear();
            place.down = true;
        });
    }

    /// A participant starts for the first time.
    pub(super) fn begin(&mut self, node: NodeId) {
        self.take(Choice::Restart(node), &[], Extent::Whole);
    }

    /// Lets someone handle something. Nothing has happened until all is decided.
    fn take(&mut self, choice: Choice, picks: &[u32], extent: Extent) {
        let (node, input) = self.input(choice);
        let mut script = Script { picks, made: 0, open: None };
        let mut effects = Vec::new();
        let before = self.places[node.index()].machine.clone();
        let now = self.when(choice);
        let machine = self.compute((node, now), before.as_ref(), input.clone(), &mut script, &mut effects);
        let cut = if let Extent::First(after) = extent { Some(after) } else { None };
        if let Some(n) = script.open {
            self.open = Open::Pick { choice, cut, picks: picks.to_vec(), of: small(n as usize) };
            return;
        }
        if extent == Extent::SomeOf {
            let at = self.cuts(&effects, now > self.now);
            if !at.is_empty() {
                self.open = Open::Cut { choice, picks: picks.to_vec(), at };
                return;
            }
            if self.site.patient {
                return;
            }
        }
        let whole = effects.len();
        effects.truncate(cut.map_or(whole, usize::from));
        let after = Seen { machine: &machine, effects: &effects, cut: effects.len() < whole };
        let (ghost, broken) = self.observe(node, before.as_deref(), input.as_ref(), &after);
        let place = self.settled(choice, (node, now), machine, &effects);
        if broken.is_none() && self.makes_no_difference(choice, node, &place, &ghost, &effects) {
            return;
        }
        self.spend(choice);
        (self.ghost, self.places[node.index()]) = (ghost, place);
        self.broken = self.broken.take().or(broken);
        self.pass(now);
        self.speak(node, effects);
        if extent != Extent::Whole {
            self.crash(node);
        }
    }

    /// Who handles what.
    fn input(&self, choice: Choice) -> (NodeId, Option<Input<P>>) {
        match choice {
            Choice::Deliver(place) | Choice::Copy(place) | Choice::CrashAt(place) => {
                let flight = &self.flights[usize::from(place)];
                (flight.to, Some(Input::Packet { from: flight.from, packet: Packet::clone(&flight.packet) }))
            }
            Choice::Fire(node, place) | Choice::CrashIn(node, place) => {
                (node, Some(Input::Timer(self.places[node.index()].timers[usize::from(place)].timer.clone())))
            }
            Choice::Ask(node, place) => {
                let id = self.next_op(node);
                (node, Some(Input::Invoke(id, self.few(id).swap_remove(usize::from(place)))))
            }
            Choice::Stimulus(place) => {
                let stimulus = &self.site.stimuli[usize::from(place)];
                (stimulus.node, Some(Input::Stimulus(stimulus.what.clone())))
            }
            Choice::Restart(node) => (node, None),
            _ => panic!("{choice:?} is nobody's to handle"),
        }
    }

    /// What is handled is taken from where it waited.
    fn spend(&mut self, choice: Choice) {
        match choice {
            Choice::Deliver(place) | Choice::CrashAt(place) => drop(self.flights.remove(usize::from(place))),
            Choice::Copy(_) => self.left.copies -= 1,
            Choice::Fire(..) | Choice::CrashIn(..) => self.left.timeouts -= 1,
            Choice::Ask(node, place) => {
                self.left.requests -= 1;
                let id = self.next_op(node);
                let op = self.few(id).swap_remove(usize::from(place));
                let mut history = self.history.clone_value();
                history.ask(id, op);
                self.history = Part::new(history);
            }
            Choice::Stimulus(_) => self.left.stimuli -= 1,
            _ => {}
        }
    }

    fn compute(
        &self,
        (node, now): (NodeId, Micros),
        before: Option<&Rc<Machine<P>>>,
        input: Option<Input<P>>,
        script: &mut Script<'_>,
        effects: &mut Vec<Effect<P>>,
    ) -> Rc<Machine<P>> {
        let (cluster, clock) = (&self.site.cluster, self.shows(node, now));
        let mut rules = 0;
        let env = Env { me: node, cluster, clock, choices: script, effects, rules: &mut rules, notes: None };
        match (before, input) {
            (Some(before), Some(input)) => {
                let mut machine = Machine::clone(before);
                step(&mut machine, env, input);
                Rc::new(machine)
            }
            _ => {
                let place = &self.places[node.index()];
                let how = if place.down { Boot::Again(place.disk.as_deref().cloned()) } else { Boot::First };
                Rc::new(boot(env, how))
            }
        }
    }

    /// What the observer remembers of a step, and the first invariant that it broke.
    fn observe(
        &self,
        node: NodeId,
        before: Option<&Machine<P>>,
        input: Option<&Input<P>>,
        seen: &Seen<'_, P>,
    ) -> (Part<P::Ghost>, Option<Rc<str>>) {
        let Some(after) = seen.machine.node() else { return (self.ghost.clone(), None) };
        let before = before.and_then(Machine::node);
        let liar = self.liars.contains(node);
        let config = &self.site.cluster.config;
        let step = StepSeen { node, before, input, after, effects: seen.effects, liar, cut: seen.cut, config };
        let mut ghost = self.ghost.clone_value();
        P::witness(&mut ghost, &step);
        let nodes = |other: NodeId| if other == node { Some(after) } else { self.node(other) };
        let cluster = &self.site.cluster;
        let (specs, liars) = (&cluster.specs, self.liars);
        let sight = Sight { nodes: &nodes, step: &step, ghost: &ghost, config, specs, liars };
        let broken = P::invariants().iter().find_map(|invariant| {
            let breach = (invariant.check)(&sight).err()?;
            Some(format!("{}: {}", invariant.name, breach.words).into())
        });
        (Part::new(ghost), broken)
    }

    /// Someone's place after a step. A timer that fired is armed no longer, unless the step arms it anew.
    fn settled(
        &self,
        choice: Choice,
        (node, now): (NodeId, Micros),
        machine: Rc<Machine<P>>,
        effects: &[Effect<P>],
    ) -> Part<Place<P>> {
        let mut place = Place::clone(&self.places[node.index()]);
        // What a participant waits for from its first start on follows nothing that anyone could rely on.
        let first = place.machine.is_none() && !place.down;
        if let Choice::Fire(_, fired) | Choice::CrashIn(_, fired) = choice {
            place.timers.remove(usize::from(fired));
        }
        place.machine = Some(machine);
        place.down = false;
        for effect in effects {
            match effect {
                Effect::Persist(state) => place.disk = Some(state.clone()),
                Effect::SetTimer { timer, range } => {
                    let least = if first { Micros::ZERO } else { range.min };
                    let armed = Armed { timer: timer.clone(), due: self.due(node, now, least) };
                    match place.timers.binary_search_by(|other| other.timer.cmp(timer)) {
                        Ok(at) => place.timers[at] = armed,
                        Err(at) => place.timers.insert(at, armed),
                    }
                }
                Effect::CancelTimer(timer) => {
                    if let Ok(at) = place.timers.binary_search_by(|other| other.timer.cmp(timer)) {
                        place.timers.remove(at);
                    }
                }
                Effect::Send { .. } | Effect::Complete { .. } => {}
                // Workers are a matter of time.
                Effect::Occupy(_) | Effect::Release(_) => {}
            }
        }
        Part::new(place)
    }

    /// What a step says to others.
    fn speak(&mut self, node: NodeId, effects: Vec<Effect<P>>) {
        for effect in effects {
            match effect {
                Effect::Send { to, packet } => self.send(node, to, Part::new(packet)),
                Effect::Complete { op, ret } => self.complete(op, ret),
                _ => {}
            }
        }
    }

    fn complete(&mut self, op: lightcone_core::OpId, ret: lightcone_core::Ret<P>) {
        let mut history = self.history.clone_value();
        history.tell(op, ret);
        if let Some(words) = history.broken(&self.site.cluster.specs) {
            self.broken.get_or_insert(format!("{LINEARIZABILITY}: {words}").into());
        }
        self.history = Part::new(history);
    }
}

/// What a search calls the guarantee that clients see one object.
pub(super) const LINEARIZABILITY: &str = "Linearizability";

/// What a step did, as far as it took place.
struct Seen<'a, P: Protocol> {
    machine: &'a Machine<P>,
    effects: &'a [Effect<P>],
    /// Whether a crash cut it off.
    cut: bool,
}

fn extent_of(choice: Choice) -> Extent {
    match choice {
        Choice::CrashAt(_) | Choice::CrashIn(..) => Extent::SomeOf,
        _ => Extent::Whole,
    }
}
