//! What happens at one instant happens in the order of names, whatever was sent or armed first.

mod common;

use common::finished;
use lightcone_core::{
    Micros,
    protocols::lamport::{Config, Lamport},
};
use lightcone_sim::{Fault, Intervention, Name, Network, Run, Scenario, Selected, Selector, trace::Cause};

fn sent(id: u32, at: u64, node: &str) -> Intervention {
    let fault = Fault::Local { node: node.into(), what: "send to n3".into() };
    Intervention::at(id, Micros::ms(at), fault)
}

fn arrives(id: u32, from: &str, after: u64) -> Intervention {
    let what = Selected::Message { key: "Message".into(), from: from.into(), to: "n3".into() };
    Intervention::on(id, Selector { what, nth: 1 }, Fault::Move { to: Micros::ms(after) })
}

/// Two messages that arrive at n3 at the same instant, the first of which is sent by `first`.
fn tie(first: &str, second: &str, id: u32) -> Run {
    let scenario = Scenario {
        until: Micros::ms(100),
        network: Network::default(),
        interventions: vec![
            sent(id, 10, first),
            sent(id + 1, 20, second),
            arrives(id + 2, first, 40),
            arrives(id + 3, second, 30),
        ],
        ..Scenario::default()
    };
    finished::<Lamport>(Config { chatter: false, ..Config::default() }, scenario)
}

fn handled(run: &Run) -> Vec<Name> {
    let events = run.trace().events.iter().filter(|event| matches!(event.cause, Cause::Message(_)));
    events.map(|event| event.name).collect()
}

#[test]
fn two_messages_at_one_instant_are_handled_in_the_order_of_their_names() {
    let mut overtaken = 0;
    for id in (1..400).step_by(4) {
        for (first, second) in [("n1", "n2"), ("n2", "n1")] {
            let run = tie(first, second, id);
            let names = handled(&run);
            assert!(names.len() == 2 && names[0] < names[1], "{id}: {names:?}");
            overtaken += usize::from(run.trace().messages[0].name == names[1]);
        }
    }
    assert!((60..140).contains(&overtaken), "{overtaken} of 200 times the later one went first");
}
