//! The rules of the paper, by hand. Nobody's clock moves here unless it is said.

use super::*;
use crate::protocols::testing::Net;

fn time(l: u64, c: u64) -> Time {
    Time { l, c }
}

/// A process with this timestamp whose clock shows `pt` handles an event; its next timestamp.
fn next(bug: Bug, own: Time, pt: u64, message: Option<Time>) -> Time {
    let mut process = Hlc { time: own, ..Hlc::default() };
    process.advance(bug, pt, message);
    process.time
}

#[test]
fn an_event_takes_the_clock_if_it_is_ahead_and_counts_otherwise() {
    assert_eq!(next(Bug::None, time(5, 3), 9, None), time(9, 0));
    assert_eq!(next(Bug::None, time(5, 3), 5, None), time(5, 4));
    assert_eq!(next(Bug::None, time(5, 3), 2, None), time(5, 4));
}

#[test]
fn a_receipt_takes_the_greatest_of_three_and_counts_on_from_whoever_had_it() {
    assert_eq!(next(Bug::None, time(5, 3), 9, Some(time(7, 8))), time(9, 0), "the clock alone");
    assert_eq!(next(Bug::None, time(5, 3), 2, Some(time(7, 8))), time(7, 9), "the message alone");
    assert_eq!(next(Bug::None, time(7, 3), 2, Some(time(5, 8))), time(7, 4), "the own timestamp alone");
    assert_eq!(next(Bug::None, time(7, 3), 2, Some(time(7, 8))), time(7, 9), "both timestamps");
    assert_eq!(next(Bug::None, time(7, 3), 7, Some(time(7, 1))), time(7, 4), "all three");
}

#[test]
fn what_the_algorithm_leaves_out_of_c_or_of_l_is_seen() {
    assert_eq!(next(Bug::KeepCount, time(5, 3), 9, None), time(9, 4));
    assert_eq!(next(Bug::Naive, time(5, 0), 2, Some(time(7, 0))), time(8, 0));
    assert_eq!(next(Bug::Naive, time(5, 0), 9, None), time(9, 0));
}

#[test]
fn a_mistake_about_timestamps_breaks_the_clock_condition() {
    let wrong = |bug, steps: &dyn Fn(&mut Net<Hlc>)| {
        let mut net = Net::<Hlc>::new(Config { chatter: false, bug, ..Config::default() });
        steps(&mut net);
        net.breaches.first().cloned().unwrap_or_default()
    };
    let talk = |net: &mut Net<Hlc>| {
        net.stimulate("n1", Act::Local);
        net.stimulate("n1", Act::Send(NodeId(1)));
        net.settle();
    };
    assert_eq!(wrong(Bug::None, &talk), "");
    let received = "Clock Condition: n2 received at 0.1 what n1 sent at 0.2";
    assert_eq!(wrong(Bug::IgnoreTimestamp, &talk), received);
    assert_eq!(wrong(Bug::OwnCount, &talk), received);
    assert_eq!(wrong(Bug::NoCount, &talk), "Clock Condition: n1 has an event at 0.0 after one at 0.0");
}

#[test]
fn a_process_says_what_it_does_not_take() {
    let mut net = Net::<Hlc>::new(Config { chatter: false, ..Config::default() });
    net.stimulate("n1", Act::Send(NodeId(1)));
    assert_eq!(net.why_not, ["n1 does not take its clock: it shows 0, and l is 0 by then"]);
    for _ in 0..3 {
        net.stimulate("n2", Act::Local);
    }
    net.settle();
    let [clock, message] = &net.why_not[..] else { panic!("{:?}", net.why_not) };
    assert_eq!(clock, "n2 does not take its clock: it shows 0, and l is 0 by then");
    assert_eq!(message, "n2 does not take 0.1: its own timestamp, 0.3, is not behind");
}

#[test]
fn the_bound_is_a_number_of_ticks() {
    let config = Config { skew: Micros(2_500), ..Config::default() };
    assert_eq!(config.epsilon(), 3, "a begun tick counts");
    let wrong = Hlc::setup(&Config { tick: Micros::ZERO, ..Config::default() }).unwrap_err();
    assert_eq!(wrong.field, "tick");
}
