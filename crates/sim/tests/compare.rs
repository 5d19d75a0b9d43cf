//! Two branches of a run compared by their causal names, against a comparison by brute force.

#[allow(unused_imports, reason = "each test file uses its own part")]
mod common;

use common::{Dice, Subject, again, edited, finished, scenario};
use lightcone_core::{
    Micros,
    protocols::{bracha::Bracha, lamport::Lamport, raft::Raft},
};
use lightcone_sim::{
    Fault, Intervention, Name, Run, Scenario,
    compare::{Differences, compare},
    footprint::{future, is_inside},
    trace::{Event, Message},
    view::Fate,
};
use std::collections::BTreeMap;

#[derive(PartialEq)]
enum How {
    Same,
    Moved,
    Changed,
}

fn event(a: &Event, b: &Event) -> How {
    if a.at != b.at {
        return How::Moved;
    }
    if (a.node, a.content) == (b.node, b.content) { How::Same } else { How::Changed }
}

fn message(a: &Message, b: &Message) -> How {
    let fate = |m: &Message| match m.fate {
        Fate::Delivered(_) => "delivered".to_string(),
        other => format!("{other:?}"),
    };
    match (a.sent == b.sent, fate(a) == fate(b), a.end == b.end) {
        (true, true, true) => How::Same,
        (true, false, _) => How::Changed,
        _ => How::Moved,
    }
}

fn by_force<T>(old: &[T], new: &[T], name: impl Fn(&T) -> Name, how: impl Fn(&T, &T) -> How) -> Differences {
    let index = |all: &[T]| -> BTreeMap<Name, usize> { all.iter().map(&name).zip(0..).collect() };
    let (a, b) = (index(old), index(new));
    assert_eq!((a.len(), b.len()), (old.len(), new.len()), "names are unique");
    let mut found = Differences::default();
    for (place, one) in old.iter().enumerate() {
        let Some(other) = b.get(&name(one)).copied() else {
            found.gone.push(place);
            continue;
        };
        match how(one, &new[other]) {
            How::Moved => found.moved.push((place, other)),
            How::Changed => found.changed.push((place, other)),
            How::Same => found.same += 1,
        }
    }
    found.new = (0..new.len()).filter(|place| !a.contains_key(&name(&new[*place]))).collect();
    found
}

/// The events that are not the same in both runs.
fn different<'a>(old: &'a Run, new: &'a Run, found: &Differences) -> Vec<&'a Event> {
    let pairs = || found.moved.iter().chain(&found.changed);
    let old = found.gone.iter().chain(pairs().map(|(a, _)| a)).map(|place| &old.trace().events[*place]);
    let new = found.new.iter().chain(pairs().map(|(_, b)| b)).map(|place| &new.trace().events[*place]);
    old.chain(new).collect()
}

/// How many events were gone, new, moved, changed, and how many messages changed.
fn agree<P: Subject>(cases: u64) -> [usize; 5] {
    let mut seen = [0; 5];
    for case in 0..cases {
        let dice = &mut Dice::new(case);
        let (config, scenario) = scenario::<P>(dice, 4);
        let old = finished::<P>(config, scenario);
        let interventions = edited(dice, &old);
        let Ok(()) = old.clone().edit(interventions.clone()) else { continue };
        let new = again::<P>(&old, Scenario { interventions, ..old.scenario().clone() });
        let found = compare(&old, &new);
        let (a, b) = (old.trace(), new.trace());
        assert_eq!(found.events, by_force(&a.events, &b.events, |e| e.name, event), "case {case}");
        assert_eq!(found.messages, by_force(&a.messages, &b.messages, |m| m.name, message), "case {case}");
        let different = different(&old, &new, &found.events);
        let first = different.iter().map(|event| (event.at.0, event.node)).min();
        if let Some(first) = first {
            assert_eq!(found.first.map(|first| (first.at, first.node)), Some(first), "case {case}");
        }
        let future = future(&old, &new);
        let outside = different.iter().find(|event| !is_inside(&future, event.node, event.at));
        assert_eq!(outside, None, "case {case}: what differs lies inside the edit's future");
        let Differences { gone, new, moved, changed, .. } = &found.events;
        let counts = [gone.len(), new.len(), moved.len(), changed.len(), found.messages.changed.len()];
        seen.iter_mut().zip(counts).for_each(|(seen, count)| *seen += count);
    }
    println!("{}: gone, new, moved, changed events and changed messages: {seen:?}", P::ABOUT.id);
    seen
}

#[test]
fn comparing_by_names_agrees_with_brute_force() {
    for seen in [agree::<Raft>(150), agree::<Lamport>(150), agree::<Bracha>(150)] {
        assert!(seen[0] > 0 && seen[1] > 0 && seen[2] > 0, "{seen:?}");
    }
}

fn raft(interventions: Vec<Intervention>) -> Run {
    let scenario = Scenario { interventions, until: Micros::ms(1_000), ..Scenario::default() };
    finished::<Raft>(Default::default(), scenario)
}

fn crash(id: u32, at: u64) -> Intervention {
    Intervention::at(id, Micros::ms(at), Fault::Crash { node: "n3".into(), disk: Default::default(), after: None })
}

#[test]
fn a_branch_keeps_the_old_future() {
    let old = raft(Vec::new());
    let same = compare(&old, &old);
    assert_eq!(same.words, "nothing differs");
    assert_eq!(same.events.same, old.trace().events.len());
    let mut new = old.clone();
    new.edit(vec![crash(1, 600)]).unwrap();
    new.finish();
    let found = compare(&old, &new);
    assert_eq!(found.first.map(|first| first.at), Some(600_000));
    assert!(found.words.ends_with("first difference at 600 ms at n3"), "{}", found.words);
    assert_eq!(found.events, compare(&raft(Vec::new()), &raft(vec![crash(1, 600)])).events);
    // The other way round, what was new is gone.
    let back = compare(&new, &old);
    assert_eq!((&back.events.gone, &back.events.new), (&found.events.new, &found.events.gone));
}

#[test]
fn what_is_not_computed_yet_is_not_gone() {
    let old = raft(Vec::new());
    let mut new = old.clone();
    new.edit(vec![crash(1, 600)]).unwrap();
    let begun = compare(&old, &new);
    assert!(begun.events.is_none() && begun.messages.is_none(), "{}", begun.words);
    let whole = {
        let mut new = new.clone();
        new.finish();
        compare(&old, &new)
    };
    let mut last = 0;
    while !new.advance(3) {
        let part = compare(&old, &new);
        let gone = |found: &Differences| found.gone.clone();
        assert!(gone(&part.events).iter().all(|place| gone(&whole.events).contains(place)), "{}", part.words);
        assert!(gone(&part.messages).iter().all(|place| gone(&whole.messages).contains(place)));
        assert!(part.messages.changed.iter().all(|pair| whole.messages.changed.contains(pair)), "{}", part.words);
        assert!(part.events.gone.len() >= last);
        last = part.events.gone.len();
    }
    assert_eq!(compare(&old, &new), whole);
}
