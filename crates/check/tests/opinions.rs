//! The map of the models: whatever a model admits, those that it implies admit, too.

#[path = "common/draw.rs"]
mod draw;

use draw::Draw;
use lightcone_check::{
    Moment, Operation,
    opinions::{MODELS, Stance, opinions},
};
use lightcone_core::{
    Micros, NodeSpec, Service,
    services::{KeyValue, KvRet},
};

/// Up to eight plain reads and writes of up to three clients on two keys. Reads are told of any write, or of none.
fn history(seed: u64) -> Vec<Operation<KeyValue>> {
    let mut draw = Draw::new(seed);
    let mut busy = [0_u32; 3];
    let mut history = Vec::new();
    let mut clock = 0;
    for _ in 0..2 + draw.below(7) {
        let (client, key) = (draw.below(3) as usize, ["x", "y"][draw.below(2) as usize]);
        let asked = busy[client].max(clock) + draw.below(3) as u32 * 4 + client as u32 + 1;
        let told = asked + 4 + draw.below(6) as u32 * 4;
        clock = clock.max(asked.saturating_sub(8));
        busy[client] = told;
        let (op, ret) = match draw.below(2) {
            0 => (format!("put {key} {}", 1 + draw.below(3)), KvRet::Done),
            _ => (
                format!("get {key}"),
                KvRet::Value(Some(draw.below(4)).filter(|v| *v > 0).map(|v| v.to_string().into())),
            ),
        };
        let moment = |event: u32| Moment { event, at: Micros(event.into()) };
        let told = (draw.below(8) > 0).then(|| (moment(told), ret));
        if told.is_none() {
            busy[client] = u32::MAX / 2;
        }
        if asked < u32::MAX / 2 {
            let op = KeyValue::parse(&op).unwrap();
            history.push(Operation { client: client as u32, op, asked: moment(asked), told });
        }
    }
    history.sort_by_key(|op| op.asked.event);
    history
}

#[test]
fn what_a_model_admits_is_admitted_by_those_that_it_implies() {
    let specs = NodeSpec::cluster(0, 3);
    let mut told = [[0_u32; 2]; 8];
    // How many histories one model admitted and another did not.
    let mut parted = [0_u32; 5];
    for seed in 0..30_000 {
        let history = history(seed);
        let said = opinions(&history, &specs, 100_000, &|moment| moment.at.to_string());
        assert_eq!(said.len(), MODELS.len());
        for (model, opinion) in said.iter().enumerate() {
            match opinion.stance {
                Stance::Holds => told[model][0] += 1,
                Stance::Broken => told[model][1] += 1,
                Stance::Untold | Stance::Unfit => {}
            }
            assert!(opinion.stance != Stance::Broken || !opinion.words.is_empty(), "{seed}");
            for weaker in MODELS[model].implies {
                let implied = said[*weaker].stance == Stance::Holds || opinion.stance != Stance::Holds;
                assert!(implied, "{seed}: {} and not {}: {history:?}", MODELS[model].name, MODELS[*weaker].name);
            }
        }
        let apart =
            |one: usize, other: usize| said[one].stance == Stance::Holds && said[other].stance == Stance::Broken;
        for (one, other, count) in [(1, 0, 0), (2, 1, 1), (3, 1, 2), (2, 3, 3), (3, 2, 4)] {
            parted[count] += u32::from(apart(one, other));
        }
    }
    assert!(told.iter().all(|[holds, broken]| *holds > 100 && *broken > 100), "{told:?}");
    // The last pair parts only in longer histories.
    assert!(parted[..4].iter().all(|count| *count > 0), "{parted:?}");
}

/// A hundred puts of each of six clients at once, and two clients that read two of them in opposite orders, after which
/// nobody can be right.
#[test]
fn what_takes_too_many_steps_follows_from_a_weaker_model() {
    let mut history: Vec<Operation<KeyValue>> = Vec::new();
    let moment = |event: u32| Moment { event, at: Micros(event.into()) };
    let mut add = |client: u32, op: &str, asked: u32, ret: KvRet| {
        let op = KeyValue::parse(op).unwrap();
        history.push(Operation { client, op, asked: moment(asked), told: Some((moment(asked + 90_000), ret)) });
    };
    let value = |value: &str| KvRet::Value(Some(value.into()));
    for client in 0..6_u32 {
        for place in 0..30_u32 {
            add(client, &format!("put x {client}-{place}"), client + place * 100_000 + 1, KvRet::Done);
            add(client, "get x", client + place * 100_000 + 95_000, value(&format!("{}-{place}", (client + 1) % 6)));
        }
    }
    // What a client wrote first it reads after what it wrote later.
    add(6, "get x", 5_000_000, value("0-20"));
    add(6, "get x", 5_100_000, value("0-10"));
    history.sort_by_key(|op| op.asked.event);
    let specs = NodeSpec::cluster(0, 7);
    let said = opinions(&history, &specs, 50_000, &|moment| moment.at.to_string());
    let told = |name: &str| &said[MODELS.iter().position(|model| model.name == name).expect("it is one")];
    assert_eq!(told("causal memory").stance, Stance::Broken, "{}", told("causal memory").words);
    assert_eq!(told("sequential").stance, Stance::Broken, "{}", told("sequential").words);
    assert!(told("sequential").words.starts_with("Not even causal"), "{}", told("sequential").words);
    assert!(!told("sequential").about.is_empty());
}
