//! A message in which its sender lies is still that message.

use lightcone_core::{
    Micros,
    protocols::primary::{Config, PrimaryBackup},
};
use lightcone_sim::{Fault, Intervention, Name, Run, Scenario, view::Fate};
use std::collections::BTreeMap;

fn on(id: u32, selector: &str, fault: Fault) -> Intervention {
    Intervention::on(id, selector.parse().unwrap(), fault)
}

/// n2 lacks the first operation, is told of the second, and says that it has one.
fn run(more: Vec<Intervention>) -> Run {
    let asked = |id, at, client: &str, op: &str| {
        Intervention::at(id, Micros::ms(at), Fault::Request { client: client.into(), op: op.into() })
    };
    let mut interventions = vec![
        asked(1, 10, "c1", "put x 1"),
        asked(2, 20, "c2", "put y 2"),
        on(3, "Update view 1 from n1 to n2", Fault::Drop),
        on(4, "Update view 1 from n1 to n2 #3", Fault::Drop),
        on(5, "Ack view 1 from n2 to n1", Fault::Lie { nth: 1 }),
    ];
    interventions.extend(more);
    let scenario = Scenario { seed: 3, until: Micros::ms(300), interventions, ..Scenario::default() };
    let mut run = Run::new::<PrimaryBackup>(Config { replicas: 2, ..Config::default() }, scenario).unwrap();
    run.finish();
    run
}

/// What the messages of a run are called, with the selector of each.
fn selectors(run: &Run) -> Vec<(Name, String)> {
    let mut counts = BTreeMap::new();
    let name = |node| run.setup().name(node);
    let messages = run.trace().messages.iter().map(|message| {
        let called = format!("{} from {} to {}", message.key, name(message.from), name(message.to));
        let count = counts.entry(called.clone()).or_insert(0);
        *count += 1;
        (message.name, format!("{called} #{count}"))
    });
    messages.collect()
}

#[test]
fn a_lie_does_not_change_which_messages_selectors_mean() {
    let lied = run(Vec::new());
    let liars = lied.trace().violations.len();
    assert!(liars > 0, "the lie is told");
    let acks: Vec<_> = selectors(&lied).into_iter().filter(|(_, selector)| selector.starts_with("Ack")).collect();
    assert!(acks.len() > 3, "{acks:?}");
    for (name, selector) in acks {
        let edited = run(vec![on(6, &selector, Fault::Drop)]);
        let fate = edited.trace().messages.iter().find(|message| message.name == name).map(|message| message.fate);
        assert!(matches!(fate, Some(Fate::Lost(_))), "{selector} is dropped, and {fate:?} came of {name}");
    }
}
