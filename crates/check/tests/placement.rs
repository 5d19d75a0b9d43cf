//! Exhaustive searches of placements whose members join, leave, crash and are weighed anew, in every order.

use lightcone_check::explore::{Exploration, Limits, Outcome, Seen};
use lightcone_core::{
    Model,
    placement::{Change, Changing, Member, Scheme, Slack},
};

const KEYS: [&str; 10] = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"];

/// Four who may take part on three machines, two of them at the start; each key on two of them.
fn start(scheme: Scheme) -> Changing {
    let pool = [("n1", 1), ("n2", 2), ("n3", 3), ("n4", 1)].map(|(name, machine)| Member::new(name, machine));
    Changing::new(scheme, pool.to_vec(), 2, &KEYS, (2, 2)).expect("they can be placed")
}

fn searched(scheme: Scheme) -> (Outcome<Change>, Seen) {
    let mut search = Exploration::new(vec![start(scheme)], Limits::default());
    search.finish();
    (search.outcome().expect("it is at its end").clone(), search.seen())
}

#[test]
fn rings_and_bids_keep_what_they_promise_in_every_order() {
    for scheme in [Scheme::Ring { seed: 1, points: 3 }, Scheme::Rendezvous] {
        let (outcome, seen) = searched(scheme);
        assert!(matches!(outcome, Outcome::Exhausted), "{}: {outcome:?}", scheme.name());
        // Each of the four is away, or has one of three weights and is up or down; but somebody has a weight.
        assert_eq!(seen.distinct, 7_u64.pow(4) - 3_u64.pow(4));
    }
}

#[test]
fn the_others_move_keys_between_those_who_stay() {
    let slack = Slack { parts: 1, of: 4 };
    let rings = [Scheme::Bounded { seed: 1, points: 3, slack }, Scheme::Ring { seed: 1, points: 3 }];
    for scheme in [Scheme::Modulo, Scheme::Jump, Scheme::Maglev { size: 13 }] {
        let (Outcome::Violated(found), _) = searched(scheme) else { panic!("{} moves few keys", scheme.name()) };
        assert!(found.words.contains("though only"), "{}: {}", scheme.name(), found.words);
        let mut again = start(scheme);
        found.choices.iter().for_each(|choice| again.apply(choice));
        assert_eq!(again.violation(), Some(found.words), "{}", scheme.name());
    }
    // Where a key is at home does not depend on limits.
    let [bounded, plain] = rings.map(|scheme| searched(scheme).1);
    assert_eq!(bounded, plain);
}
