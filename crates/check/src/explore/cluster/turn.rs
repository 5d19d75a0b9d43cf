//! What a choice does to a cluster.

use super::{
    Choice,
    part::Part,
    state::{Open, Place, State},
};
use crate::history::ServiceOf;
use lightcone_core::{
    Boot, Choices, Effect, Env, Input, Machine, Micros, NodeId, Packet, Protocol, Service, Sight, StepSeen, boot, step,
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
        let pick = self.picks.get(self.made).copied();
        self.made += 1;
        if pick.is_none() && n > 1 {
            self.open.get_or_insert(n);
        }
        pick.unwrap_or(0)
    }
}

/// What someone handles.
struct Turn<P: Protocol> {
    node: NodeId,
    /// Nothing where it starts.
    input: Option<Input<P>>,
    /// How it goes on, if it is not decided yet: the choice that brought it about.
    choice: Choice,
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
        match (choice, std::mem::replace(&mut self.open, Open::Nothing)) {
            (Choice::Pick(pick), Open::Pick { choice, cut, mut picks, .. }) => {
                picks.push(pick.into());
                let extent = cut.map_or(extent_of(choice), Extent::First);
                self.take(choice, &picks, extent);
            }
            (Choice::Cut(after), Open::Cut { choice, picks, .. }) => {
                self.take(choice, &picks, Extent::First(after));
            }
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
                self.lied(liar);
                self.send(liar, peer, Part::new(Packet::Message(lie)));
            }
            Choice::Twist(place, nth) => self.twist(usize::from(place), usize::from(nth)),
            _ => self.take(choice, &[], extent_of(choice)),
        }
    }

    fn twist(&mut self, place: usize, nth: usize) {
        let flight = self.flights.remove(place);
        let Packet::Message(honest) = &*flight.packet else { return };
        let lie = self.lies_of(flight.from, flight.to, Some(honest)).swap_remove(nth);
        self.lied(flight.from);
        self.send(flight.from, flight.to, Part::new(Packet::Message(lie)));
    }

    fn lied(&mut self, liar: NodeId) {
        self.liars.insert(liar);
        self.left.lies -= 1;
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
        self.act(Turn { node, input: None, choice: Choice::Restart(node) }, &[], Extent::Whole);
    }

    /// Someone handles something.
    fn take(&mut self, choice: Choice, picks: &[u32], extent: Extent) {
        let before = self.clone();
        let turn = self.turn(choice);
        if let Some(open) = self.act(turn, picks, extent) {
            // Nothing has happened until all is decided.
            *self = before;
            self.open = open;
        }
    }

    /// Who handles what; what is handled is taken from where it waited.
    fn turn(&mut self, choice: Choice) -> Turn<P> {
        let (node, input) = match choice {
            Choice::Deliver(place) | Choice::Copy(place) | Choice::CrashAt(place) => {
                let flight = if matches!(choice, Choice::Copy(_)) {
                    self.left.copies -= 1;
                    self.flights[usize::from(place)].clone()
                } else {
                    self.flights.remove(usize::from(place))
                };
                (flight.to, Some(Input::Packet { from: flight.from, packet: Packet::clone(&flight.packet) }))
            }
            Choice::Fire(node, place) | Choice::CrashIn(node, place) => {
                self.left.timeouts -= 1;
                let mut fired = None;
                self.change(node, |at| fired = Some(at.timers.remove(usize::from(place))));
                (node, fired.map(Input::Timer))
            }
            Choice::Ask(node, place) => {
                self.left.requests -= 1;
                let id = self.next_op(node);
                let op = ServiceOf::<P>::few(id).swap_remove(usize::from(place));
                let mut history = self.history.clone_value();
                history.ask(id, op.clone());
                self.history = Part::new(history);
                (node, Some(Input::Invoke(id, op)))
            }
            Choice::Stimulus(place) => {
                self.left.stimuli -= 1;
                let stimulus = &self.site.stimuli[usize::from(place)];
                (stimulus.node, Some(Input::Stimulus(stimulus.what.clone())))
            }
            Choice::Restart(node) => (node, None),
            _ => panic!("{choice:?} is nobody's to handle"),
        };
        Turn { node, input, choice }
    }

    /// Lets someone take a step. Says what is still to be decided, if anything is; then what it did does not count.
    fn act(&mut self, turn: Turn<P>, picks: &[u32], extent: Extent) -> Option<Open> {
        let Turn { node, input, choice } = turn;
        let mut script = Script { picks, made: 0, open: None };
        let mut effects = Vec::new();
        let before = self.places[node.index()].machine.clone();
        let machine = self.compute(node, before.as_ref(), input.clone(), &mut script, &mut effects);
        let cut = match extent {
            Extent::First(after) => Some(after),
            Extent::Whole | Extent::SomeOf => None,
        };
        if let Some(n) = script.open {
            return Some(Open::Pick { choice, cut, picks: picks.to_vec(), of: super::choice::small(n as usize) });
        }
        if extent == Extent::SomeOf && !effects.is_empty() {
            return Some(Open::Cut { choice, picks: picks.to_vec(), effects: super::choice::small(effects.len()) });
        }
        let whole = effects.len();
        effects.truncate(cut.map_or(whole, usize::from));
        self.observe(node, before.as_deref(), input.as_ref(), &machine, &effects, effects.len() < whole);
        self.settle(node, machine, effects);
        if extent != Extent::Whole {
            self.crash(node);
        }
        None
    }

    fn compute(
        &self,
        node: NodeId,
        before: Option<&Rc<Machine<P>>>,
        input: Option<Input<P>>,
        script: &mut Script<'_>,
        effects: &mut Vec<Effect<P>>,
    ) -> Rc<Machine<P>> {
        let cluster = &self.site.cluster;
        let mut rules = 0;
        let env =
            Env { me: node, cluster, clock: Micros::ZERO, choices: script, effects, rules: &mut rules, notes: None };
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

    /// The observer remembers the step and checks every invariant.
    fn observe(
        &mut self,
        node: NodeId,
        before: Option<&Machine<P>>,
        input: Option<&Input<P>>,
        machine: &Machine<P>,
        effects: &[Effect<P>],
        cut: bool,
    ) {
        let Some(after) = machine.node() else { return };
        let before = before.and_then(Machine::node);
        let liar = self.liars.contains(node);
        let seen = StepSeen { node, before, input, after, effects, liar, cut };
        let mut ghost = self.ghost.clone_value();
        P::witness(&mut ghost, &seen);
        let nodes = |other: NodeId| if other == node { Some(after) } else { self.node(other) };
        let cluster = &self.site.cluster;
        let (config, specs, liars) = (&cluster.config, &cluster.specs, self.liars);
        let sight = Sight { nodes: &nodes, step: &seen, ghost: &ghost, config, specs, liars };
        let broken = P::invariants().iter().find_map(|invariant| {
            let breach = (invariant.check)(&sight).err()?;
            Some(format!("{}: {}", invariant.name, breach.words).into())
        });
        self.ghost = Part::new(ghost);
        self.broken = self.broken.take().or(broken);
    }

    fn settle(&mut self, node: NodeId, machine: Rc<Machine<P>>, effects: Vec<Effect<P>>) {
        let mut place = Place::clone(&self.places[node.index()]);
        place.machine = Some(machine);
        place.down = false;
        for effect in effects {
            match effect {
                Effect::Send { to, packet } => self.send(node, to, Part::new(packet)),
                Effect::Persist(state) => place.disk = Some(state),
                Effect::SetTimer { timer, .. } => {
                    if let Err(at) = place.timers.binary_search(&timer) {
                        place.timers.insert(at, timer);
                    }
                }
                Effect::CancelTimer(timer) => {
                    if let Ok(at) = place.timers.binary_search(&timer) {
                        place.timers.remove(at);
                    }
                }
                Effect::Complete { op, ret } => self.complete(op, ret),
                // Workers are a matter of time.
                Effect::Occupy(_) | Effect::Release(_) => {}
            }
        }
        self.places[node.index()] = Part::new(place);
    }

    fn complete(&mut self, op: lightcone_core::OpId, ret: lightcone_core::Ret<P>) {
        let mut history = self.history.clone_value();
        history.tell(op, ret);
        if let Some(words) = history.broken(&self.site.cluster.specs) {
            self.broken.get_or_insert(format!("Linearizability: {words}").into());
        }
        self.history = Part::new(history);
    }
}

fn extent_of(choice: Choice) -> Extent {
    match choice {
        Choice::CrashAt(_) | Choice::CrashIn(..) => Extent::SomeOf,
        _ => Extent::Whole,
    }
}
