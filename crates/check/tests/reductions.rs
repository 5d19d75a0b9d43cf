//! What a search leaves out changes no verdict: random protocols, searched with and without reductions.

use lightcone_check::explore::{
    Exploration, Limits, Outcome,
    cluster::{Bounds, Choice, State, cluster},
};
use lightcone_core::{
    About, Assumptions, Bound, Breach, Card, Clocks, ConfigError, Ctx, Delivery, Flavour, Form, Input, Invariant, Key,
    Kind, Micros, Model, NoClient, NodeId, NodeSet, NodeSpec, Order, Protocol, Sight, Span, StepSeen,
};
use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeSet,
    hash::{DefaultHasher, Hash, Hasher},
};

/// A server that follows a table: what it does on an input depends on its mood alone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct Moody {
    mood: u8,
    /// Whom it last heed.
    heard: Option<NodeId>,
    /// How often it spoke.
    spoke: u8,
    /// What its clock showed when it looked last.
    looked: Micros,
}

const MOODS: u8 = 4;
/// The mood in which no two servers may ever be.
const LAST: u8 = MOODS - 1;
const WORDS: u8 = 2;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
enum Act {
    Write,
    Tell(u8),
    Answer(u8),
    Heed,
    Wait,
    Rest,
    Pick,
    /// If its clock went on since it looked last, its mood is the next.
    Look,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct Table {
    /// For each mood and input, the next mood and what is done, in order. The last input is the timer.
    rows: Vec<(u8, Vec<Act>)>,
    /// Whether it counts when they look at their clocks, and not only how much time passed.
    instants: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct Word(u8);

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
struct Patience;

lightcone_core::rules! {
    /// It follows its table.
    pub enum Rule in "The table" { Follow => "1", "follow", "A server follows its table."; }
}

/// Who was in the last mood, and who said the last word.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct Ghost {
    last: NodeSet,
    said: NodeSet,
}

static WORD: Kind = Kind::new("Word", Flavour::Carry, &["word"]);

impl Moody {
    fn follow(&mut self, ctx: &mut Ctx<'_, Self>, from: Option<NodeId>, input: u8) {
        let (mood, acts) = ctx.config().rows[usize::from(self.mood * (WORDS + 1) + input)].clone();
        self.mood = mood;
        for act in acts {
            match act {
                Act::Write => ctx.persist(self),
                Act::Tell(_) | Act::Answer(_) if self.spoke == 2 => {}
                Act::Tell(word) => {
                    self.spoke += 1;
                    ctx.broadcast(&Word(word));
                }
                Act::Answer(word) => {
                    self.spoke += 1;
                    from.into_iter().for_each(|from| ctx.send(from, Word(word)));
                }
                Act::Heed => self.heard = from,
                Act::Wait => ctx.set_timer(Patience, Span::ms(1, 2)),
                Act::Rest => ctx.cancel_timer(Patience),
                Act::Look => {
                    let now = ctx.local_clock();
                    self.mood = (self.mood + u8::from(now > self.looked)) % MOODS;
                    self.looked = now;
                }
                Act::Pick => self.mood = (self.mood + u8::try_from(ctx.choose("mood", 2)).unwrap()) % MOODS,
            }
        }
    }
}

impl Protocol for Moody {
    const ABOUT: About = About {
        id: "moody",
        title: "Moody",
        revision: 1,
        summary: "It follows a table.",
        references: &[],
        assumptions: Assumptions {
            order: Order::Any,
            delivery: Delivery::FairLossy,
            disk_survives: true,
            crashes: Bound::Any,
            lies: Bound::None,
            timing: "none",
        },
        card: Card { modelled: &[], departures: &[], tested: &[], explored: &[] },
    };
    type Config = Table;
    type Client = NoClient;
    type Message = Word;
    type Timer = Patience;
    type Stimulus = ();
    type Rule = Rule;
    type Ghost = Ghost;

    fn setup(_: &Table) -> Result<Vec<NodeSpec>, ConfigError> {
        Ok(NodeSpec::cluster(3, 0))
    }

    fn form() -> Form {
        Form { fields: Vec::new() }
    }

    fn client(_: &Table) -> NoClient {
        NoClient
    }

    fn start(ctx: &mut Ctx<'_, Self>) -> Self {
        ctx.set_timer(Patience, Span::ms(1, 2));
        Moody::default()
    }

    fn restart(persisted: Option<Self>, ctx: &mut Ctx<'_, Self>) -> Self {
        ctx.set_timer(Patience, Span::ms(1, 2));
        persisted.unwrap_or_default()
    }

    fn on_message(&mut self, ctx: &mut Ctx<'_, Self>, from: NodeId, message: Word) {
        self.follow(ctx, Some(from), message.0);
    }

    fn on_timer(&mut self, ctx: &mut Ctx<'_, Self>, _: Patience) {
        self.follow(ctx, None, WORDS);
    }

    fn key(message: &Word) -> Key {
        WORD.key1(message.0.into())
    }

    fn witness(ghost: &mut Ghost, step: &StepSeen<'_, Self>) {
        if !step.cut && step.after.mood == LAST {
            ghost.last.insert(step.node);
        }
        if step.sends().any(|(_, word)| word.0 == WORDS - 1) {
            ghost.said.insert(step.node);
        }
    }

    fn invariants() -> &'static [Invariant<Self>] {
        const ALL: &[Invariant<Moody>] = &[
            Invariant { name: "One Last", words: "No two are ever in the last mood.", place: "1", check: one_last },
            Invariant { name: "Someone Silent", words: "Not all say the last word.", place: "2", check: some_silent },
            Invariant { name: "No Fall", words: "No word brings mood 2 down to 1.", place: "3", check: no_fall },
        ];
        ALL
    }

    fn interchangeable(_: &Table) -> NodeSet {
        NodeSet::first(3)
    }

    fn clocks(config: &Table) -> Clocks {
        match config.rows.iter().any(|(_, acts)| acts.contains(&Act::Look)) {
            false => Clocks::Unread,
            true if config.instants => Clocks::Instants,
            true => Clocks::Lengths,
        }
    }

    fn drift(config: &Table) -> Option<u64> {
        (Moody::clocks(config) == Clocks::Lengths).then_some(200_000)
    }
}

fn breach(holds: bool, words: &str) -> Result<(), Breach> {
    if holds { Ok(()) } else { Err(Breach { nodes: Vec::new(), words: words.into() }) }
}

fn one_last(sight: &Sight<'_, Moody>) -> Result<(), Breach> {
    breach(sight.ghost.last.len() < 2, "two were")
}

fn some_silent(sight: &Sight<'_, Moody>) -> Result<(), Breach> {
    breach(sight.ghost.said.len() < 3, "all did")
}

/// What it looks at is a step: nothing of it is left in what the step came to.
fn no_fall(sight: &Sight<'_, Moody>) -> Result<(), Breach> {
    let moods = (sight.step.before.map_or(0, |before| before.mood), sight.step.after.mood);
    let falls = moods == (2, 1) && matches!(sight.step.input, Some(Input::Packet { .. }));
    breach(!falls, "it fell")
}

fn tables() -> impl Strategy<Value = Table> {
    let act = prop_oneof![
        3 => Just(Act::Write),
        3 => (0..WORDS).prop_map(Act::Tell),
        3 => (0..WORDS).prop_map(Act::Answer),
        1 => Just(Act::Heed),
        1 => Just(Act::Wait),
        1 => Just(Act::Rest),
        1 => Just(Act::Pick),
        1 => Just(Act::Look),
    ];
    let row = (0..MOODS, prop::collection::vec(act, 0..4));
    let rows = prop::collection::vec(row, usize::from(MOODS * (WORDS + 1)));
    (rows, any::<bool>()).prop_map(|(rows, instants)| Table { rows, instants })
}

fn bounds() -> impl Strategy<Value = Bounds> {
    (0..2_u32, 0..2_u32, 0..2_u32, 1..3_u32).prop_map(|(crashes, losses, copies, timeouts)| Bounds {
        crashes,
        losses,
        copies,
        timeouts,
        ..Bounds::default()
    })
}

/// A shortest way to a violation within some levels, with how many states were seen.
fn shortest(start: &State<Moody>, scout: bool) -> (Option<Vec<Choice>>, u64) {
    let limits = Limits { depth: LEVELS, ..Limits::default() };
    let all = vec![start.clone()];
    let mut search = if scout { Exploration::scout(all, limits, true) } else { Exploration::new(all, limits) };
    search.finish();
    let found = match search.outcome() {
        Some(Outcome::Violated(found)) => Some(found.choices.clone()),
        _ => None,
    };
    (found, search.seen().distinct)
}

/// So many levels of a random protocol have some ten thousand states at most.
const LEVELS: u32 = 7;

fn violated_by(start: &State<Moody>, choices: &[Choice]) -> bool {
    let mut state = start.clone();
    choices.iter().all(|choice| {
        let can = state.choices().contains(choice);
        state.apply(choice);
        can
    }) && state.violation().is_some()
}

/// The levels until the first violation, where every way is gone and asked at its end, seen or not.
fn levels_until_broken(start: &State<Moody>) -> Option<usize> {
    let digest = |state: &State<Moody>| {
        let mut hasher = DefaultHasher::new();
        state.hash(&mut hasher);
        hasher.finish()
    };
    let mut seen = BTreeSet::from([digest(start)]);
    let mut level = vec![start.clone()];
    for depth in 1..=LEVELS as usize {
        let mut next = Vec::new();
        for (state, choice) in level.iter().flat_map(|state| state.choices().into_iter().map(move |one| (state, one))) {
            let mut after = state.clone();
            after.apply(&choice);
            if after.violation().is_some() {
                return Some(depth);
            }
            if seen.insert(digest(&after)) {
                next.push(after);
            }
        }
        level = next;
    }
    None
}

/// Two words of n2 bring another to the same mood, whichever comes first; but if `falls` does, it falls on its way.
fn falls_if_first(falls: u8) -> Table {
    let mut rows: Vec<(u8, Vec<Act>)> = (0..MOODS).flat_map(|mood| vec![(mood, Vec::new()); 3]).collect();
    let mut row = |mood: u8, input: u8, then: u8, acts: &[Act]| {
        rows[usize::from(mood * (WORDS + 1) + input)] = (then, acts.to_vec());
    };
    row(0, WORDS, 1, &[Act::Tell(0), Act::Wait]);
    row(1, WORDS, 1, &[Act::Tell(1)]);
    row(0, falls, 2, &[]);
    row(2, 1 - falls, 1, &[]);
    row(0, 1 - falls, 1, &[]);
    Table { rows, instants: false }
}

#[test]
fn what_a_step_breaks_counts_though_a_sound_way_leads_to_the_same() {
    let bounds = Bounds { timeouts: 2, ..Bounds::default() };
    for (falls, reduced) in [(0, false), (1, false), (0, true), (1, true)] {
        let start = cluster::<Moody>(falls_if_first(falls), bounds, reduced).expect("it can be run");
        let (found, _) = shortest(&start, false);
        let found = found.unwrap_or_else(|| panic!("word {falls} first, reduced {reduced}: nothing is found"));
        assert_eq!(found.len(), 4, "two timers fire, and two words arrive: {found:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn a_violation_is_seen_though_another_way_leads_to_the_same(table in tables(), bounds in bounds()) {
        let start = cluster::<Moody>(table, bounds, false).expect("it can be run");
        let (found, _) = shortest(&start, false);
        prop_assert_eq!(found.map(|found| found.len()), levels_until_broken(&start));
    }

    #[test]
    fn reductions_keep_the_verdict_and_the_length_of_the_shortest_way(table in tables(), bounds in bounds()) {
        let start = |reduced| cluster::<Moody>(table.clone(), bounds, reduced).expect("it can be run");
        let plain = start(false);
        let (wanted, all) = shortest(&plain, false);
        let (found, few) = shortest(&start(true), false);
        prop_assert_eq!(wanted.as_ref().map(Vec::len), found.as_ref().map(Vec::len));
        prop_assert!(found.is_some() || few <= all, "{few} of {all}");
        if let Some(found) = found {
            prop_assert!(violated_by(&plain, &found), "it does not replay without reductions");
        }
    }

    #[test]
    fn what_scouts_find_is_there(table in tables(), bounds in bounds()) {
        let start = cluster::<Moody>(table, bounds, true).expect("it can be run");
        let (Some(found), _) = shortest(&start, true) else { return Ok(()) };
        prop_assert!(violated_by(&start, &found));
        let (Some(wanted), _) = shortest(&start, false) else { panic!("the whole search misses it") };
        prop_assert!(wanted.len() <= found.len());
    }
}
