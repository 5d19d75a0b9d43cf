//! Time in a search: a lease that reckons with how wrong clocks may run is not refuted, and one that is a little longer is.

use lightcone_check::explore::{
    Exploration, Limits, Outcome,
    cluster::{Bounds, Choice, Retelling, State, cluster, wrong},
};
use lightcone_core::{
    About, Assumptions, Bound, Breach, Card, Clocks, ConfigError, Ctx, Delivery, Flavour, Form, Input, Invariant, Key,
    Kind, Micros, Model, NoClient, NodeId, NodeSpec, Order, Protocol, Sight, Span, StepSeen, TimerOf,
};
use lightcone_sim::{Run, typed::Typed};
use serde::{Deserialize, Serialize};
use std::rc::Rc;

/// n1 owns a house and lets it to n2 for a while. Then it moves in itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct House {
    /// The tenant: when it asked, and until when it may stay.
    asked: Micros,
    until: Micros,
    /// The owner lives there; the tenant did so when its neighbour last looked.
    lives: bool,
}

const OWNER: NodeId = NodeId(0);
const TENANT: NodeId = NodeId(1);
/// The owner waits that long by its clock.
const PROMISE: Micros = Micros::ms(100);
/// The tenant takes that long to wake up.
const WAKES: Micros = Micros(7_777);

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct Contract {
    /// The tenant stays that long by its clock after it asked.
    stays: Micros,
    drift: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
enum Letter {
    Asks,
    Lets,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
enum Bell {
    Wake,
    Ask,
    LookIn,
    MoveIn,
}

lightcone_core::rules! {
    /// It lets.
    pub enum Rule in "The contract" { Let => "1", "let", "The owner lets its house."; }
}

static LETTER: Kind = Kind::new("Letter", Flavour::Carry, &["what"]);

impl Protocol for House {
    const ABOUT: About = About {
        id: "house",
        title: "House",
        revision: 1,
        summary: "A lease.",
        references: &[],
        assumptions: Assumptions {
            order: Order::Any,
            delivery: Delivery::FairLossy,
            disk_survives: true,
            crashes: Bound::None,
            lies: Bound::None,
            timing: "clocks within their drift",
        },
        card: Card { modelled: &[], departures: &[], tested: &[], explored: &[] },
    };
    type Config = Contract;
    type Client = NoClient;
    type Message = Letter;
    type Timer = Bell;
    type Stimulus = ();
    type Rule = Rule;
    /// Whether the owner moved in.
    type Ghost = bool;

    fn setup(_: &Contract) -> Result<Vec<NodeSpec>, ConfigError> {
        Ok(NodeSpec::cluster(2, 0))
    }

    fn form() -> Form {
        Form { fields: Vec::new() }
    }

    fn client(_: &Contract) -> NoClient {
        NoClient
    }

    fn start(ctx: &mut Ctx<'_, Self>) -> Self {
        if ctx.me() == TENANT {
            ctx.set_timer(Bell::Wake, Span::ms(10, 20));
        }
        House::default()
    }

    fn restart(_: Option<Self>, ctx: &mut Ctx<'_, Self>) -> Self {
        House::start(ctx)
    }

    fn on_message(&mut self, ctx: &mut Ctx<'_, Self>, from: NodeId, letter: Letter) {
        match letter {
            Letter::Asks => {
                ctx.set_timer(Bell::MoveIn, Span { min: PROMISE, max: PROMISE });
                ctx.rule(Rule::Let, |_| "it lets its house".into());
                ctx.send(from, Letter::Lets);
            }
            Letter::Lets => {
                self.until = self.asked.plus(ctx.config().stays);
                ctx.set_timer(Bell::LookIn, Span::ms(1, 500));
            }
        }
    }

    fn on_timer(&mut self, ctx: &mut Ctx<'_, Self>, bell: Bell) {
        match bell {
            // Only what is armed later takes time: and so nothing here begins when clocks begin.
            Bell::Wake => ctx.set_timer(Bell::Ask, Span { min: WAKES, max: WAKES }),
            Bell::Ask => {
                self.asked = ctx.local_clock();
                ctx.send(OWNER, Letter::Asks);
            }
            Bell::LookIn => self.lives = ctx.local_clock() < self.until,
            Bell::MoveIn => self.lives = true,
        }
    }

    fn key(letter: &Letter) -> Key {
        LETTER.key1(u64::from(*letter == Letter::Lets))
    }

    fn witness(ghost: &mut bool, step: &StepSeen<'_, Self>) {
        *ghost |= step.node == OWNER && step.after.lives;
    }

    fn invariants() -> &'static [Invariant<Self>] {
        const ALL: &[Invariant<House>] =
            &[Invariant { name: "One At Home", words: "Never both.", place: "1", check: one_at_home }];
        ALL
    }

    fn clocks(_: &Contract) -> Clocks {
        Clocks::Lengths
    }

    fn drift(config: &Contract) -> Option<u64> {
        Some(config.drift)
    }
}

fn one_at_home(sight: &Sight<'_, House>) -> Result<(), Breach> {
    let looks_in = matches!(sight.step.input, Some(Input::Timer(TimerOf::Node(Bell::LookIn))));
    let both = looks_in && *sight.ghost && sight.step.after.lives;
    if both { Err(Breach { nodes: vec![TENANT], words: "both".into() }) } else { Ok(()) }
}

const BOUNDS: Bounds = Bounds { crashes: 0, losses: 0, copies: 1, timeouts: 5, requests: 0, stimuli: 0, lies: 0 };

fn start(stays: Micros, drift: u64) -> State<House> {
    cluster(Contract { stays, drift }, BOUNDS, true).expect("it can be run")
}

/// What a search of all ways finds.
fn found(stays: Micros, drift: u64) -> Option<Vec<Choice>> {
    let mut search = Exploration::new(vec![start(stays, drift)], Limits::default());
    search.finish();
    match search.outcome() {
        Some(Outcome::Violated(found)) => Some(found.choices.clone()),
        Some(Outcome::Exhausted) => None,
        other => panic!("it is searched to its end: {other:?}"),
    }
}

/// So long the tenant may stay if one clock is as slow and the other as fast as may be. The owner looks at a clock that
/// shows whole microseconds, and may have begun one.
fn safe(drift: u64) -> Micros {
    Micros((PROMISE.0 - u64::from(drift > 0)) * (1_000_000 - drift) / (1_000_000 + drift))
}

#[test]
fn a_lease_that_reckons_with_the_drift_is_not_refuted_and_one_a_little_longer_is() {
    for drift in [0, 1, 296, 777, 1_000, 1_230, 3_018, 14_117, 50_000, 77_777, 500_000] {
        assert_eq!(found(safe(drift), drift), None, "drift {drift}");
        let longer = safe(drift).plus(Micros(10));
        assert!(found(longer, drift).is_some(), "drift {drift}: nothing is wrong with {longer}");
    }
}

#[test]
fn what_breaks_a_lease_is_told_as_a_run_whose_clocks_are_as_assumed() {
    let config = Contract { stays: PROMISE, drift: 50_000 };
    let choices = found(config.stays, config.drift).expect("the tenant stays too long");
    let begin = start(config.stays, config.drift);
    let mut telling = Retelling::<House>::new(begin, choices, "One At Home").expect("it can be run");
    let told = telling.advance().flatten().expect("nothing is drawn there");
    let mut run =
        Run::of(Rc::new(Typed::<House>::new(config).expect("it can be run")), told.clone()).expect("it is sound");
    run.finish();
    assert_eq!(wrong::<House>(&run), ["One At Home"]);
    assert_eq!(run.void_since(told.until), None, "nothing is wrong with its clocks");
}

#[test]
fn a_timer_waits_for_its_least_and_time_passes_with_it() {
    let mut state = start(PROMISE, 0);
    let labels = |state: &State<House>| state.choices().iter().map(|choice| state.label(choice)).collect::<Vec<_>>();
    let mut go = |label: &str| {
        let all = labels(&state);
        let place = all.iter().position(|known| known == label).unwrap_or_else(|| panic!("{label} is not in {all:?}"));
        state.apply(&state.choices()[place].clone());
        state.node(TENANT).expect("nobody is down").clone()
    };
    go("Wake of n2 fires");
    go("Ask of n2 fires");
    go("Letter what 0 from n2 to n1 arrives");
    let let_to = go("Letter what 1 from n1 to n2 arrives");
    assert_eq!((let_to.asked, let_to.until), (WAKES, WAKES.plus(PROMISE)), "nothing else takes time");
    assert!(go("LookIn of n2 fires").lives, "a millisecond later it lives there");
    go("MoveIn of n1 fires");
}
