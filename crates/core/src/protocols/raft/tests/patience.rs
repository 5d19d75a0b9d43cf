//! Who waits for how long.

use super::*;
use crate::{Micros, Span, protocols::raft::Reads};

fn patience(config: &Config) -> Vec<Span> {
    (1..=config.servers as u8).map(|node| config.patience(n(node))).collect()
}

#[test]
fn later_servers_are_more_patient_where_they_are_staggered() {
    let config = Config { stagger: Micros::ms(40), ..settings(3, Bug::None) };
    assert_eq!(patience(&config), [Span::ms(150, 300), Span::ms(190, 340), Span::ms(230, 380)]);
    assert!(Raft::interchangeable(&config).is_empty(), "they differ");
    assert_eq!(Raft::interchangeable(&settings(3, Bug::None)).len(), 3);
}

#[test]
fn a_server_can_have_a_range_of_its_own() {
    let config = Config { timeouts: "n2=500ms..600ms".parse().unwrap(), ..settings(3, Bug::None) };
    assert_eq!(patience(&config), [Span::ms(150, 300), Span::ms(500, 600), Span::ms(150, 300)]);
    assert!(Raft::interchangeable(&config).is_empty(), "they differ");
}

#[test]
fn whoever_has_a_lower_priority_waits_until_those_of_higher_ones_had_their_turn() {
    let config = Config { priorities: "n2=9 n3=4 n4=4".parse().unwrap(), ..settings(5, Bug::None) };
    let turns = |turns: u64| Span::ms(150 + 300 * turns, 300 + 300 * turns);
    assert_eq!(patience(&config), [turns(2), turns(0), turns(1), turns(1), turns(2)]);
    assert!(Raft::interchangeable(&config).is_empty(), "they differ");
}

/// Else one of those who promised could stand while the leader still counts on it.
#[test]
fn promises_and_leases_last_for_the_shortest_range_of_any_server() {
    let lease = |timeouts: &str| {
        let timeouts = timeouts.parse().unwrap();
        let config = Config { timeouts, check_quorum: true, reads: Reads::Lease, clock_drift: 0, ..Config::default() };
        config.lease()
    };
    assert_eq!(lease(""), Micros::ms(150));
    assert_eq!(lease("n2=100ms..200ms"), Micros::ms(100));
    assert_eq!(lease("n2=400ms..500ms"), Micros::ms(150));
}

#[test]
fn what_cannot_be_said_of_a_server_is_refused() {
    let refused = |config: Config| Raft::setup(&config).unwrap_err().to_string();
    let timeouts = |text: &str| refused(Config { timeouts: text.parse().unwrap(), ..Config::default() });
    let priorities = |text: &str| refused(Config { priorities: text.parse().unwrap(), ..Config::default() });
    assert_eq!(timeouts("n6=1s..2s"), "timeouts: n6 is not a server: there are n1 to n5");
    assert_eq!(timeouts("n2=0ms..200ms"), "timeouts: n2: 0ms..200ms is too short: time would stand still");
    assert_eq!(timeouts("n2=50ms..200ms"), "timeouts: n2: 50ms is not longer than a heartbeat, 50ms");
    assert_eq!(priorities("n9=2"), "priorities: n9 is not a server: there are n1 to n5");
    assert_eq!(priorities("n1=2 n3=10"), "priorities: n3: 10 is more than 9");
    assert_eq!(priorities("n1=0"), "priorities: n1: 0 is less than 1");
}
