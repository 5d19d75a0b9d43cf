//! What chaos draws.

use lightcone_check::{ChaosSettings, chaos};
use lightcone_core::{
    FieldKind, Micros, NodeId, Protocol, Span,
    protocols::{bracha, lamport, raft},
};
use lightcone_sim::{
    Across, Disk, Fault, Intervention, Manner, Run, Scenario, Until, When,
    setup::Setup,
    trace::{Cause, Event},
    typed::Typed,
    view::EventKind,
};
use std::{collections::BTreeSet, rc::Rc};

const HORIZON: Micros = Micros::ms(5_000);

fn setup<P: Protocol>(config: P::Config) -> Setup {
    Setup::new(Rc::new(Typed::<P>::new(config).unwrap()), &Scenario::default())
}

fn five() -> Setup {
    setup::<raft::Raft>(raft::Config { clients: 2, ..raft::Config::default() })
}

fn all(setup: &Setup, settings: &ChaosSettings) -> Vec<Intervention> {
    (0..200).flat_map(|seed| chaos(setup, settings, seed, HORIZON, 1)).collect()
}

fn at(one: &Intervention) -> Micros {
    one.start().expect("chaos is drawn without knowing any message")
}

#[test]
fn chaos_knows_every_fault() {
    let settings = ChaosSettings { beyond: true, one_way: 10, ..ChaosSettings::default() };
    let late = lamport::Config { late: 1, ..lamport::Config::default() };
    let faults = [all(&five(), &settings), all(&setup::<lamport::Lamport>(late), &settings)].concat();
    let count = |pick: fn(&Fault) -> bool| faults.iter().filter(|one| pick(&one.fault)).count();
    let kinds: [fn(&Fault) -> bool; 27] = [
        |fault| matches!(fault, Fault::Partition { groups, .. } if groups.len() == 3),
        |fault| matches!(fault, Fault::Partition { groups, .. } if groups.iter().any(|group| group.len() == 1)),
        |fault| matches!(fault, Fault::Partition { across: Across::Held, .. }),
        |fault| matches!(fault, Fault::Partition { across: Across::Lost, .. }),
        |fault| matches!(fault, Fault::Cut { links, .. } if links.from.starts_with('c')),
        |fault| matches!(fault, Fault::Cut { links, .. } if links.to.starts_with('c')),
        |fault| matches!(fault, Fault::Cut { links, .. } if links.to == "*"),
        |fault| matches!(fault, Fault::Cut { links, .. } if links.from == "*"),
        |fault| matches!(fault, Fault::Crash { disk: Disk::Kept, .. }),
        |fault| matches!(fault, Fault::Crash { disk: Disk::LastWriteLost, .. }),
        |fault| matches!(fault, Fault::Crash { disk: Disk::Lost, .. }),
        |fault| matches!(fault, Fault::Crash { after: None, .. }),
        |fault| matches!(fault, Fault::Crash { after: Some(1..), .. }),
        |fault| matches!(fault, Fault::Pause { node } if node.starts_with('n')),
        |fault| matches!(fault, Fault::Pause { node } if node.starts_with('c')),
        |fault| matches!(fault, Fault::Slow { by, .. } if by.tail.is_none()),
        |fault| matches!(fault, Fault::Slow { by, .. } if by.tail.is_some()),
        |fault| matches!(fault, Fault::Lossy { links, .. } if links.both),
        |fault| matches!(fault, Fault::Copying { .. }),
        |fault| matches!(fault, Fault::Clog { bandwidth, .. } if bandwidth.queue.is_none()),
        |fault| matches!(fault, Fault::Clog { bandwidth, .. } if bandwidth.queue.is_some()),
        |fault| matches!(fault, Fault::Reorder { links, .. } if links.from == "*" && links.to == "*"),
        |fault| matches!(fault, Fault::Clock { drift, .. } if *drift < 0),
        |fault| matches!(fault, Fault::Clock { ahead, .. } if ahead.0 > 0),
        |fault| matches!(fault, Fault::Join { .. }),
        |fault| matches!(fault, Fault::Request { .. }),
        |fault| matches!(fault, Fault::Local { .. }),
    ];
    for (nth, kind) in kinds.into_iter().enumerate() {
        assert!(count(kind) > 30, "kind {nth}: {}", count(kind));
    }
    for manner in [Manner::Silent, Manner::Equivocating, Manner::Lying, Manner::Delaying, Manner::Unasked] {
        let so = faults.iter().filter(|one| matches!(one.fault, Fault::Byzantine { manner: m, .. } if m == manner));
        assert!(so.count() > 30, "{manner:?}");
    }
    for one in &faults {
        if let Fault::Partition { groups, .. } = &one.fault {
            assert!(groups.iter().all(|group| !group.is_empty()), "{}", one.fault.words());
            assert!([3, 7].contains(&groups.iter().map(Vec::len).sum::<usize>()), "{}", one.fault.words());
        }
    }
}

#[test]
fn everything_is_over_at_the_calm_instant() {
    for beyond in [false, true] {
        let settings = ChaosSettings { beyond, ..ChaosSettings::default() };
        let calm = settings.calm_at(HORIZON);
        assert_eq!(calm, Micros::ms(3_000));
        let (mut went_down, mut spells, mut did, mut all) = (0, 0, 0, 0);
        for seed in 0..50 {
            let faults = chaos(&five(), &settings, seed, HORIZON, 7);
            let ids: Vec<u32> = faults.iter().map(|one| one.id).collect();
            assert_eq!(ids, (7..).take(faults.len()).collect::<Vec<u32>>());
            assert!(faults.iter().all(|one| at(one) <= calm));
            let last = faults.last().unwrap();
            assert_eq!((at(last), &last.fault), (calm, &Fault::Heal));
            let scenario = Scenario { seed, until: HORIZON, interventions: faults, ..Scenario::default() };
            let mut run =
                Run::new::<raft::Raft>(raft::Config { clients: 2, ..raft::Config::default() }, scenario).unwrap();
            run.finish();
            assert!(run.trace().spells.iter().all(|spell| spell.to.is_some_and(|(to, _)| to <= calm)), "seed {seed}");
            assert_eq!(run.world().up(), run.setup().everyone(), "seed {seed}");
            let idle = run.idle();
            for (id, why) in &idle {
                let one = &run.scenario().interventions[*id as usize - 7];
                let fits = match &one.fault {
                    Fault::Heal => why.contains("nothing to heal"),
                    Fault::Restart { .. } => why.ends_with(" was up already"),
                    Fault::Crash { after, .. } => {
                        why.ends_with(" was down already")
                            || after.is_some() && why.ends_with("in which it could crash")
                    }
                    Fault::Request { .. } | Fault::Local { .. } => why.ends_with(" is down"),
                    _ => false,
                };
                assert!(fits, "seed {seed}: {}: {why}", one.words());
            }
            let events = &run.trace().events;
            let crashes = events.iter().filter(|event| event.kind == EventKind::Crash);
            assert!(crashes.clone().all(|event| event.at <= calm), "seed {seed}");
            went_down += crashes.count();
            spells += run.trace().spells.len();
            did += run.scenario().interventions.len() - idle.len();
            all += run.scenario().interventions.len();
        }
        assert!(went_down > 60 && spells > 300 && did * 10 > all * 9, "{went_down} {spells} {did} {all}");
    }
}

#[test]
fn a_longer_run_begins_with_the_faults_of_the_shorter_one() {
    let (settings, setup) = (ChaosSettings { requests: 20, ..ChaosSettings::default() }, five());
    let calm = settings.calm_at(HORIZON);
    for seed in 0..50 {
        let long = chaos(&setup, &settings, seed, Micros::ms(20_000), 1);
        let short = chaos(&setup, &settings, seed, HORIZON, 1);
        for (one, other) in short.iter().zip(&long).take_while(|(one, _)| one.fault != Fault::Heal) {
            // Who is down at the calm instant comes back then.
            let early = matches!(one.fault, Fault::Restart { .. }) && at(one) == calm;
            assert!(one == other || early && one.fault == other.fault, "{} is not {}", one.words(), other.words());
        }
        assert!(long.len() > 3 * short.len());
        assert_ne!(short, chaos(&setup, &settings, seed + 1, HORIZON, 1));
    }
}

#[test]
fn one_kind_more_leaves_the_others_as_they_are() {
    let few = ChaosSettings { partitions: 10, ..ChaosSettings::none() };
    let more = ChaosSettings { pauses: 10, ..few.clone() };
    let only = |settings: &ChaosSettings| -> Vec<(When, Until, Fault)> {
        let faults = chaos(&five(), settings, 3, HORIZON, 1).into_iter();
        let partitions = faults.filter(|one| matches!(one.fault, Fault::Partition { .. }));
        partitions.map(|one| (one.when, one.until, one.fault)).collect()
    };
    assert_eq!(only(&few), only(&more));
    assert_eq!(only(&few).len(), 3, "ten in ten seconds, and three of them");
    assert_eq!(chaos(&five(), &ChaosSettings::none(), 3, HORIZON, 1), []);
}

#[test]
fn chaos_keeps_to_what_raft_assumes() {
    let faults = all(&five(), &ChaosSettings::default());
    for one in &faults {
        match &one.fault {
            Fault::Crash { disk, .. } => assert_eq!(*disk, Disk::Kept),
            Fault::Clock { ahead, drift, .. } => {
                assert!(*ahead == Micros::ZERO && drift.abs() <= 100_000, "{}", one.words());
            }
            Fault::Byzantine { .. } => panic!("{}", one.words()),
            _ => {}
        }
    }
    assert!(faults.iter().any(|one| matches!(one.fault, Fault::Crash { .. })));
}

/// Those who crash or lie in any of it, seed by seed.
fn faulty(setup: &Setup, settings: &ChaosSettings, seed: u64) -> BTreeSet<String> {
    let names = chaos(setup, settings, seed, Micros::ms(20_000), 1).into_iter().filter_map(|one| match one.fault {
        Fault::Crash { node, .. } | Fault::Byzantine { node, .. } => Some(node),
        _ => None,
    });
    names.collect()
}

#[test]
fn chaos_keeps_to_what_reliable_broadcast_assumes() {
    let broadcast =
        |servers, faulty| setup::<bracha::Bracha>(bracha::Config { servers, faulty, ..bracha::Config::default() });
    let settings = ChaosSettings::default();
    for (servers, f, most) in [(4, 1, 1), (7, 2, 2), (7, 1, 1), (3, 1, 0), (10, 3, 3)] {
        let setup = broadcast(servers, f);
        let seen: BTreeSet<usize> = (0..50).map(|seed| faulty(&setup, &settings, seed).len()).collect();
        assert_eq!(seen.last(), Some(&most), "{servers} servers of which {f} may be faulty: {seen:?}");
    }
    for one in all(&broadcast(7, 2), &settings) {
        let loses = match &one.fault {
            Fault::Partition { across, .. } | Fault::Cut { across, .. } => *across == Across::Lost,
            Fault::Lossy { .. } | Fault::Copying { .. } => true,
            Fault::Clog { bandwidth, .. } => bandwidth.queue.is_some(),
            _ => false,
        };
        assert!(!loses, "{}", one.words());
    }
    let everyone = |seed| faulty(&broadcast(4, 1), &ChaosSettings { beyond: true, ..settings.clone() }, seed).len();
    assert_eq!((0..50).map(everyone).max(), Some(4));
}

#[test]
fn the_form_describes_every_setting() {
    let form = ChaosSettings::form();
    let shown = format!("{:?}", ChaosSettings::default());
    for field in &form.fields {
        assert!(shown.contains(&format!("{}: ", field.name)), "{} is no field", field.name);
        assert!(!field.words.is_empty() && field.words.ends_with('.'));
    }
    assert_eq!(form.fields.len(), shown.matches(": ").count() - shown.matches("Span { ").count() * 2);
    assert!(form.fields.iter().any(|field| field.kind == FieldKind::Switch));
    assert_eq!(ChaosSettings::default().check(), Ok(()));
    let wrong = |settings: ChaosSettings| settings.check().unwrap_err().to_string();
    assert_eq!(wrong(ChaosSettings { calm: 101, ..ChaosSettings::default() }), "calm: 101 is more than 100");
    assert_eq!(wrong(ChaosSettings { pauses: 5_000, ..ChaosSettings::default() }), "pauses: 5000 is more than 1000");
    let backwards = Span { min: Micros::ms(9), max: Micros::ms(3) };
    let wrong = wrong(ChaosSettings { stability: backwards, ..ChaosSettings::default() });
    assert_eq!(wrong, "stability: 9ms..3ms ends before it starts");
}

/// Two seconds of Raft with these faults.
fn two_seconds(interventions: Vec<Intervention>) -> Run {
    let scenario = Scenario { seed: 4, until: Micros::ms(2_000), interventions, ..Scenario::default() };
    let mut run = Run::new::<raft::Raft>(raft::Config::default(), scenario).unwrap();
    run.finish();
    run
}

/// Who leads sends four messages in each step in which its timer fires.
#[test]
fn a_crash_at_an_instant_can_wait_for_the_next_step_and_cut_it_off() {
    let calm = two_seconds(Vec::new());
    let leads =
        |(place, event): &(usize, &Event)| event.at > Micros::ms(1_000) && calm.trace().sent_by(*place).len() == 4;
    let (_, fires) = calm.trace().events.iter().enumerate().find(leads).expect("somebody leads");
    let name = calm.setup().name(fires.node).to_string();
    let since = fires.at.minus(Micros(1));
    let run = |after: Option<u32>, restart: Micros| {
        let crash = Fault::Crash { node: name.clone(), disk: Disk::Kept, after };
        let restart = Intervention::at(2, restart, Fault::Restart { node: name.clone() });
        two_seconds(vec![Intervention::at(1, since, crash), restart])
    };
    let down = |run: &Run| run.trace().events.iter().position(|event| event.kind == EventKind::Crash);
    let now = run(None, Micros::ms(1_500));
    assert_eq!(now.trace().events[down(&now).unwrap()].at, since);
    // What it does first is to arm its timer anew.
    for (after, sent) in [(0, 0), (1, 0), (2, 1), (3, 2), (5, 4)] {
        let cut = run(Some(after), Micros::ms(1_500));
        let place = down(&cut).expect("it makes a step before it starts again");
        let [step, crash] = [place - 1, place].map(|place| &cut.trace().events[place]);
        assert_eq!((step.name, step.at, step.node), (fires.name, crash.at, crash.node), "after {after}");
        assert_eq!(cut.trace().sent_by(place - 1).len(), sent, "after {after}");
        assert_eq!(cut.idle(), []);
        assert_eq!(cut.trace().events.iter().filter(|event| event.kind == EventKind::Restart).count(), 1);
    }
    // It does nothing before it is to start again.
    let spared = run(Some(1), since);
    assert_eq!(down(&spared), None);
    let words: Vec<(u32, String)> = spared.idle();
    let made_none = (1, format!("{name} made no step in which it could crash"));
    assert_eq!(words, [made_none, (2, format!("{name} was up already"))]);
}

#[test]
fn of_two_crashes_in_one_step_the_one_of_that_step_counts_and_the_other_says_so() {
    let waits = Fault::Crash { node: "n1".into(), disk: Disk::Kept, after: Some(3) };
    let named = Fault::Crash { node: "n1".into(), disk: Disk::Kept, after: Some(1) };
    let calm = two_seconds(Vec::new());
    let heard = |event: &&Event| event.at > Micros::ms(1_000) && event.node == NodeId(0);
    let heard = calm.trace().events.iter().filter(heard).find_map(|event| match event.cause {
        Cause::Message(message) => Some((event.at, message)),
        _ => None,
    });
    let (arrives, message) = heard.expect("n1 hears something");
    let selector = calm.message(message as usize).selector.parse().expect("it is a selector");
    let before = arrives.minus(Micros(1));
    let run = two_seconds(vec![Intervention::at(1, before, waits), Intervention::on(2, selector, named)]);
    assert_eq!(run.trace().events.iter().filter(|event| event.kind == EventKind::Crash).count(), 1);
    assert_eq!(run.idle(), [(1, "another crash of n1 cuts that step off".to_string())]);
}
