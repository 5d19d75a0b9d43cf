//! The laws of conflict-free replicated data types, on drawn histories: those of merging, those of operations, and that
//! operations break what a type needs if it is not given.
#![cfg(not(target_arch = "wasm32"))]

use lightcone_core::{
    NodeId,
    crdt::{Crdt, Edit, Needs, Type},
    service::Mix,
    services::SharedOp,
    versions::Counts,
};
use proptest::{
    collection::vec,
    prelude::*,
    test_runner::{Config, RngAlgorithm, TestError, TestRng, TestRunner},
};

const REPLICAS: usize = 3;

/// One thing that happens: at which replica, what, and a number from which the rest is drawn.
type Event = (usize, u8, u64);

fn history(long: usize) -> impl Strategy<Value = Vec<Event>> {
    vec((0..REPLICAS, any::<u8>(), any::<u64>()), 0..long)
}

fn node(place: usize) -> NodeId {
    NodeId(place as u8)
}

/// A change of a type, drawn from a number.
fn edit(which: Type, number: u64) -> Edit {
    let mut rest = number;
    let mut draw = |n: u32| {
        rest = rest.wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(23);
        (rest % u64::from(n)) as u32
    };
    match SharedOp::sample(which, &mut draw, Mix { reads: 0, keys: 1, skew: 0 }, number % 1_000) {
        SharedOp::Edit(edit) => edit,
        SharedOp::Read => unreachable!("nothing is read"),
    }
}

fn changed(data: &Crdt, at: usize, edit: &Edit) -> Crdt {
    let mut data = data.clone();
    if let Some(update) = data.prepare(node(at), edit) {
        data.effect(node(at), &update);
    }
    data
}

fn merged(one: &Crdt, other: &Crdt) -> Crdt {
    let mut one = one.clone();
    one.merge(other);
    one
}

/// Replicas that change what they have and merge states, old ones among them: some are lost, some come twice, and in any
/// order. `met` says whether any meet at all before the end.
fn meet(which: Type, history: &[Event], met: bool) -> Vec<Crdt> {
    let mut all = vec![Crdt::new(which); REPLICAS];
    let mut sent = Vec::new();
    for (at, what, number) in history {
        match what % 4 {
            0 if met && !sent.is_empty() => {
                let state: &Crdt = &sent[*number as usize % sent.len()];
                all[*at] = merged(&all[*at], state);
            }
            1 => sent.push(all[*at].clone()),
            _ => all[*at] = changed(&all[*at], *at, &edit(which, *number)),
        }
    }
    all
}

proptest! {
    #![proptest_config(Config { failure_persistence: None, ..Config::default() })]

    #[test]
    fn merging_is_commutative_associative_and_idempotent_and_changes_go_up(history in history(24), number: u64) {
        for which in Type::ALL {
            let all = meet(which, &history, true);
            let [a, b, c] = [&all[0], &all[1], &all[2]];
            prop_assert_eq!(merged(a, b), merged(b, a), "{:?} is not commutative", which);
            prop_assert_eq!(merged(&merged(a, b), c), merged(a, &merged(b, c)), "{:?} is not associative", which);
            prop_assert_eq!(&merged(a, a), a, "{:?} is not idempotent", which);
            prop_assert_eq!(merged(a, &merged(a, b)), merged(a, b), "{:?}: what was merged is above both", which);
            let later = changed(a, 0, &edit(which, number));
            prop_assert_eq!(merged(a, &later), later, "{:?}: a change goes up", which);
        }
    }

    #[test]
    fn states_converge_whatever_happened_on_the_way(history in history(30), partition: bool, order in Just([0, 1, 2]).prop_shuffle()) {
        for which in Type::ALL {
            let all = meet(which, &history, !partition);
            let joined = merged(&merged(&all[0], &all[1]), &all[2]);
            let other = merged(&merged(&all[order[0]], &all[order[1]]), &all[order[2]]);
            prop_assert_eq!(&joined, &other, "{:?}", which);
            for replica in &all {
                prop_assert_eq!(&merged(&merged(replica, &joined), replica), &joined, "{:?}", which);
            }
        }
    }

    #[test]
    fn operations_converge_that_come_once_and_causes_first(history in history(30)) {
        for which in Type::ALL {
            let all = broadcast(which, &history, Needs { once: true, causal: true });
            prop_assert!(all.iter().all(|replica| replica.value() == all[0].value()), "{:?}: {:?}", which, all);
        }
    }

    #[test]
    fn operations_converge_that_get_no_more_than_their_type_needs(history in history(30)) {
        for which in Type::ALL {
            let all = broadcast(which, &history, which.needs());
            prop_assert!(all.iter().all(|replica| replica.value() == all[0].value()), "{:?}: {:?}", which, all);
        }
    }

    /// Both ways come to one value: that of all changes.
    #[test]
    fn states_and_operations_come_to_the_same(history in history(20)) {
        for which in Type::ALL {
            // Nobody hears of anybody before the end: nothing but changes happens.
            let alone: Vec<Event> = history.iter().map(|(at, _, number)| (*at, 6, *number)).collect();
            let states = meet(which, &alone, false);
            let joined = merged(&merged(&states[0], &states[1]), &states[2]);
            let operations = broadcast(which, &alone, Needs { once: true, causal: true });
            prop_assert_eq!(joined.value(), operations[0].value(), "{:?}", which);
        }
    }
}

/// An operation under way to one replica.
struct Flight {
    to: usize,
    from: usize,
    /// How many operations of each replica its author had taken.
    past: Counts,
    update: lightcone_core::crdt::Update,
    arrived: bool,
}

/// Replicas that send each other operations, which arrive in an order drawn from the history: causes first if that is
/// given, and some of them twice unless once is. In the end all have arrived.
fn broadcast(which: Type, history: &[Event], given: Needs) -> Vec<Crdt> {
    let mut all: Vec<(Crdt, Counts)> = vec![(Crdt::new(which), Counts::default()); REPLICAS];
    let mut flights: Vec<Flight> = Vec::new();
    for (at, what, number) in history {
        if what % 3 < 2 {
            let (data, taken) = &mut all[*at];
            let Some(update) = data.prepare(node(*at), &edit(which, *number)) else { continue };
            let past = taken.clone();
            taken.tick(node(*at));
            data.effect(node(*at), &update);
            let others = (0..REPLICAS).filter(|to| to != at);
            flights.extend(others.map(|to| Flight {
                to,
                from: *at,
                past: past.clone(),
                update: update.clone(),
                arrived: false,
            }));
        } else {
            arrive(&mut all, &mut flights, given, *number);
        }
    }
    let draws = history.iter().map(|(_, _, number)| *number).chain(std::iter::repeat(1));
    for number in draws {
        if !arrive(&mut all, &mut flights, given, number) {
            break;
        }
    }
    all.into_iter().map(|(data, _)| data).collect()
}

/// Lets one of the flights arrive that may, if any has not. Unless each comes once, one that has may do so again.
fn arrive(all: &mut [(Crdt, Counts)], flights: &mut [Flight], given: Needs, number: u64) -> bool {
    let may = |flight: &Flight| !given.causal || flight.past.is_within(&all[flight.to].1);
    let again = !given.once && number.is_multiple_of(3);
    let open: Vec<usize> =
        (0..flights.len()).filter(|place| flights[*place].arrived == again && may(&flights[*place])).collect();
    if !open.is_empty() {
        let flight = &mut flights[open[number as usize / 3 % open.len()]];
        let (data, taken) = &mut all[flight.to];
        data.effect(node(flight.from), &flight.update);
        if !flight.arrived {
            taken.tick(node(flight.from));
        }
        flight.arrived = true;
    }
    flights.iter().any(|flight| !flight.arrived)
}

/// The first history found, made as short as can be, after which replicas differ.
fn counterexample(which: Type, given: Needs) -> Option<Vec<Event>> {
    let settings = Config { failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(settings, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let found = runner.run(&history(30), |history| {
        let all = broadcast(which, &history, given);
        prop_assert!(all.iter().all(|replica| replica.value() == all[0].value()));
        Ok(())
    });
    match found {
        Err(TestError::Fail(_, history)) => Some(history),
        _ => None,
    }
}

/// What a type needs and is not given breaks it, and nothing else does.
#[test]
fn each_type_breaks_without_what_it_needs() {
    for which in Type::ALL {
        let needs = which.needs();
        let twice = counterexample(which, Needs { once: false, causal: true });
        let overtaking = counterexample(which, Needs { once: true, causal: false });
        println!("{which:?} needs {needs:?}; coming twice: {twice:?}; overtaking: {overtaking:?}");
        assert_eq!(twice.is_some(), needs.once, "{which:?} and operations that come twice");
        assert_eq!(overtaking.is_some(), needs.causal, "{which:?} and operations that overtake their causes");
    }
}
