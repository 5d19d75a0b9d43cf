//! The rules of the paper, by hand.

use super::*;
use crate::{Choices, Cluster, Env, Input, Machine, Micros, NodeSet, Notes, Packet, Sight, step};

struct Never;

impl Choices for Never {
    fn choose(&mut self, _: &'static str, _: u32) -> u32 {
        0
    }
}

/// Lets process 2 of 2, whose clock is `clock`, receive `timestamp`; returns its clock and what is broken.
fn receive(bug: Bug, clock: u64, timestamp: u64) -> (u64, Vec<String>) {
    let config = Config { processes: 2, bug, ..Config::default() };
    let specs = Lamport::setup(&config).unwrap();
    let cluster: Cluster<Lamport> = Cluster { specs, servers: NodeSet::first(2), config };
    let before = Lamport { clock, ..Lamport::default() };
    let input = Input::Packet { from: NodeId(0), packet: Packet::Message(Message { timestamp, truly: timestamp }) };
    let (mut machine, mut effects) = (Machine::Node(before.clone()), Vec::new());
    let (choices, effects_, rules) = (&mut Never, &mut effects, &mut 0);
    let env = Env {
        me: NodeId(1),
        cluster: &cluster,
        clock: Micros::ZERO,
        choices,
        effects: effects_,
        rules,
        notes: None::<&mut Notes>,
    };
    step(&mut machine, env, input.clone());
    let after = machine.node().expect("a process").clone();
    let seen = StepSeen {
        node: NodeId(1),
        before: Some(&before),
        input: Some(&input),
        after: &after,
        effects: &effects,
        liar: false,
        cut: false,
        config: &cluster.config,
    };
    let mut ghost = Ghost::default();
    Lamport::witness(&mut ghost, &seen);
    let (config, specs) = (&cluster.config, cluster.specs.as_slice());
    let sight = Sight { nodes: &|_| None, step: &seen, ghost: &ghost, config, specs, liars: NodeSet::new() };
    let broken = Lamport::invariants().iter().filter_map(|i| (i.check)(&sight).err()).map(|b| b.words).collect();
    (after.clock, broken)
}

#[test]
fn a_receipt_is_above_both_the_own_clock_and_the_timestamp() {
    assert_eq!(receive(Bug::None, 3, 7), (8, vec![]));
    assert_eq!(receive(Bug::None, 7, 3), (8, vec![]));
    assert_eq!(receive(Bug::None, 7, 7), (8, vec![]));
}

#[test]
fn a_receiver_that_ignores_the_timestamp_breaks_the_clock_condition() {
    assert_eq!(receive(Bug::IgnoreTimestamp, 3, 7), (4, vec!["n2 received at clock 4 what n1 sent at clock 7".into()]));
}

#[test]
fn a_receiver_that_takes_every_timestamp_sets_its_clock_back() {
    assert_eq!(receive(Bug::SetBack, 3, 7).0, 8);
    assert_eq!(receive(Bug::SetBack, 7, 3).0, 4);
}

#[test]
fn every_process_can_be_made_to_do_something_locally_or_send_to_each_other() {
    let labels: Vec<String> =
        Lamport::stimuli(&Config::default()).into_iter().map(|s| format!("n{}: {}", s.node.0 + 1, s.label)).collect();
    let n2 = ["n2: local event", "n2: send to n1", "n2: send to n3"];
    assert_eq!((labels.len(), &labels[3..6]), (9, n2.map(String::from).as_slice()));
}

#[test]
fn the_last_processes_can_join_later() {
    let late = |late| Lamport::setup(&Config { late, ..Config::default() });
    let names = |specs: Vec<NodeSpec>| specs.into_iter().filter(|spec| spec.late).map(|spec| spec.name).collect();
    let joining: Vec<String> = names(late(2).unwrap());
    assert_eq!(joining, ["n2", "n3"]);
    assert_eq!(late(3).unwrap_err().to_string(), "late: 3 is not less than 3, the number of processes");
}

#[test]
fn the_table_is_the_total_order() {
    let event = |clock, what| Event { clock, what };
    let a =
        Lamport { clock: 2, events: [event(1, What::Local), event(2, What::Send(NodeId(1)))].into_iter().collect() };
    let b = Lamport { clock: 3, events: [event(3, What::Receive(NodeId(0)))].into_iter().collect() };
    let table = Lamport::table(&[Some(&a), Some(&b)], &NodeSpec::cluster(2, 0)).unwrap();
    let texts = |row: usize| table.rows[row].cells.iter().map(|cell| cell.text.as_str()).collect::<Vec<_>>();
    assert_eq!((texts(0), texts(1)), (vec!["2", "local", "to n2", ""], vec!["3", "", "", "from n1"]));
}
