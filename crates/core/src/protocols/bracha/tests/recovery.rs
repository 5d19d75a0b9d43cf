//! Crashes: what is on the disk, what the observer makes of a step cut off, and who is owed anything.

use super::*;
use Word::{A, B};

#[test]
fn everything_is_on_the_disk_before_anybody_hears_of_it() {
    let mut net = Net::new(4, 1, Bug::None, &[]);
    net.hand(1, 2, initial(A));
    let Effect::Persist(disk) = net.effects[0].clone() else { panic!("{:?}", net.effects) };
    assert!(net.effects[1..].iter().all(|effect| matches!(effect, Effect::Send { .. })));
    net.now.flying.clear();
    net.start(2, Boot::Again(Some(Bracha::clone(&disk))));
    net.hand(1, 2, initial(B));
    assert!(net.now.flying.is_empty(), "it echoed a before it crashed");
}

#[test]
fn a_server_that_was_down_is_owed_nothing_and_makes_no_promise() {
    let mut net = Net::new(4, 1, Bug::None, &[]);
    net.broadcast(1, A);
    net.now.flying.retain(|flight| flight.to != n(2));
    while !net.now.flying.is_empty() {
        net.deliver(0);
        net.now.flying.retain(|flight| flight.to != n(2));
    }
    let lacking = "Validity: n1 broadcast a as its number 1, and n2 did not deliver";
    let partial = "Totality: n1 delivered a in n1's broadcast 1, and n2 did not deliver";
    assert_eq!(net.owed(&[]), [lacking, partial]);
    assert!(net.owed(&[2]).is_empty(), "who is down is faulty");
    net.start(2, Boot::Again(None));
    assert!(net.owed(&[]).is_empty(), "and so is who was");
}

#[test]
fn of_a_step_cut_off_counts_what_reached_the_disk() {
    let mut net = Net::new(4, 1, Bug::None, &[]);
    net.hand(1, 2, ready(4, B));
    let before = net.at(2).clone();
    net.hand(3, 2, ready(4, B));
    let (after, effects) = (net.at(2).clone(), net.effects.clone());
    assert_eq!(net.instance(2, 4).delivered, Some(B), "its own ready is the third");

    let input = Input::Packet { from: n(3), packet: Packet::Message(ready(4, B)) };
    for (cut, broken) in [(0, 0), (1, 1)] {
        let mut net = Net::new(4, 1, Bug::None, &[]);
        net.watch(2, Some(&before), Some(&input), &after, &effects[..cut], true);
        assert_eq!(net.breaches.len(), broken, "n4 said nothing: {:?}", net.breaches);
    }
}
