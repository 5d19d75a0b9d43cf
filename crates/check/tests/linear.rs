//! Histories whose verdict is known, and tiny ones compared with trying every order.

use lightcone_check::{
    Linearity, Moment, Operation,
    linear::{Open, Together, check, open, witness},
};
use lightcone_core::{
    Micros, NodeSpec, Service,
    services::{KeyValue, KvRet},
};

type History = Vec<Operation<KeyValue>>;

/// A history from lines `client: op = answer`, each with the columns of its beginning and end: `[` and `]`.
fn read(lines: &[(&str, &str)]) -> History {
    let events = lines.iter().map(|(bar, text)| {
        let column = |mark: char| bar.find(mark).and_then(|at| u32::try_from(at).ok());
        let (client, rest) = text.split_once(": ").unwrap();
        let (op, ret) = rest.split_once(" = ").map_or((rest, None), |(op, ret)| (op, Some(ret)));
        let client: u32 = client[1..].parse().unwrap();
        (client, op, ret, column('[').unwrap(), column(']'))
    });
    let operation = |(client, op, ret, asked, told): (u32, &str, Option<&str>, u32, Option<u32>)| {
        let moment = |event: u32| Moment { event, at: Micros::ms(event.into()) };
        let told = told.map(|told| (moment(told), answer(ret.unwrap())));
        Operation { client, op: KeyValue::parse(op).unwrap(), asked: moment(asked), told }
    };
    events.map(operation).collect()
}

fn answer(text: &str) -> KvRet {
    match text {
        "ok" => KvRet::Done,
        "differs" => KvRet::Differs,
        "nothing" => KvRet::Value(None),
        value => KvRet::Value(Some(value.into())),
    }
}

fn verdict(lines: &[(&str, &str)]) -> Linearity<KeyValue> {
    check(&read(lines), 10_000)
}

#[test]
fn operations_that_overlap_can_take_either_order() {
    for seen in ["1", "nothing"] {
        let read = format!("c2: get x = {seen}");
        assert!(verdict(&[("[   ]", "c1: put x 1 = ok"), (" [ ] ", &read)]).holds(), "{seen}");
    }
    assert!(!verdict(&[("[   ]", "c1: put x 1 = ok"), (" [ ] ", "c2: get x = 2")]).holds());
}

#[test]
fn a_stale_read_has_no_order() {
    let history = [("[]      ", "c1: put x 1 = ok"), ("  []    ", "c1: put x 2 = ok"), ("    [ ] ", "c2: get x = 1")];
    let Linearity::Broken(anomaly) = verdict(&history) else { panic!("it is stale") };
    assert_eq!((anomaly.at.event, anomaly.order.len()), (6, 2));
    assert_eq!(
        anomaly.words(&NodeSpec::cluster(1, 2)),
        "no order of the operations on x explains the answer to c2's `get x` (`1`) at 6ms: it would have to be `2` \
         after c1's `put x 2` (`ok`) in the longest order found"
    );
}

#[test]
fn reads_do_not_go_back() {
    let write = ("[        ]", "c1: put x 1 = ok");
    let seen = [write, (" []  ", "c2: get x = nothing"), ("   []  ", "c3: get x = 1"), ("      []", "c2: get x = 1")];
    assert!(verdict(&seen).holds());
    let back = [write, (" []  ", "c2: get x = 1"), ("   []  ", "c3: get x = nothing")];
    let Linearity::Broken(anomaly) = verdict(&back) else { panic!("the second read goes back") };
    assert_eq!(anomaly.at.event, 4);
}

#[test]
fn a_lost_update_has_no_order() {
    let lost = [
        ("[]        ", "c1: put x 0 = ok"),
        ("  [   ]   ", "c1: append x a = ok"),
        ("   [ ]    ", "c2: append x b = ok"),
        ("       [ ]", "c3: get x = 0b"),
    ];
    assert!(!verdict(&lost).holds());
}

#[test]
fn an_append_that_took_effect_twice_has_no_order() {
    let once = |seen: &str| verdict(&[("[]   ", "c1: append x a = ok"), ("   [ ]", &format!("c2: get x = {seen}"))]);
    assert!(once("a").holds());
    assert!(!once("aa").holds());
}

#[test]
fn compare_and_set_succeeds_for_one_of_two() {
    let both = |second: &str| {
        let second = format!("c2: cas x 0 2 = {second}");
        verdict(&[("[]      ", "c1: put x 0 = ok"), ("   [  ] ", "c1: cas x 0 1 = ok"), ("    [  ]", &second)])
    };
    assert!(both("differs").holds());
    assert!(!both("ok").holds());
}

#[test]
fn a_write_without_an_answer_may_be_seen_late_or_never() {
    let pending = ("[         ", "c1: put x 1");
    for seen in [["nothing", "1"], ["nothing", "nothing"], ["1", "1"]] {
        let [a, b] = seen.map(|seen| format!("c2: get x = {seen}"));
        assert!(verdict(&[pending, (" []    ", &a), ("     []", &b)]).holds(), "{seen:?}");
    }
    let [a, b] = ["1", "nothing"].map(|seen| format!("c2: get x = {seen}"));
    assert!(!verdict(&[pending, (" []    ", &a), ("     []", &b)]).holds());
    // Before it was asked it cannot have taken effect.
    assert!(!verdict(&[("   [", "c1: put x 1"), ("[] ", "c2: get x = 1")]).holds());
}

#[test]
fn a_read_without_an_answer_says_nothing() {
    assert!(verdict(&[("[", "c1: get x"), (" []", "c2: put x 1 = ok")]).holds());
}

#[test]
fn the_earliest_anomaly_of_all_keys_is_told() {
    let two = [
        ("[]      ", "c1: put y 1 = ok"),
        ("  []    ", "c2: get x = 7"),
        ("    []  ", "c3: get y = 2"),
        ("[ ]     ", "c4: put z 1 = ok"),
    ];
    let Linearity::Broken(anomaly) = verdict(&two) else { panic!("two keys are wrong") };
    assert_eq!((anomaly.part.as_deref(), anomaly.at.event), (Some("x"), 3));
}

#[test]
fn a_search_without_steps_is_undecided() {
    assert_eq!(check(&read(&[("[]", "c1: put x 1 = ok")]), 0), Linearity::Undecided);
}

/// Seven clients write at once to a key, another reads what nobody wrote: all their orders are tried in vain.
fn hard(key: &str) -> History {
    let moment = |event: u32| Moment { event, at: Micros::ms(event.into()) };
    let op = |client: u32, text: String, asked: u32, told: u32, ret: &str| Operation {
        client,
        op: KeyValue::parse(&text).unwrap(),
        asked: moment(asked),
        told: Some((moment(told), answer(ret))),
    };
    let writes = (0..7).map(|n| op(n, format!("put {key} {n}"), n, n + 10, "ok"));
    writes.chain([op(8, format!("get {key}"), 20, 21, "99")]).collect()
}

#[test]
fn a_key_that_is_hard_does_not_take_the_steps_of_the_others() {
    let mut history = hard("a");
    history.extend(read(&[
        ("                      []", "c1: put b 1 = ok"),
        ("                        []", "c2: get b = 2"),
    ]));
    let Linearity::Broken(anomaly) = check(&history, 100) else { panic!("b is broken, and that is soon seen") };
    assert_eq!(anomaly.part.as_deref(), Some("b"));
    history.pop();
    assert_eq!(check(&history, 100), Linearity::Undecided);
    let (left, parts) = open(&history, 100);
    let [Open { part, answers, ordered: Some((count, last)) }] = &left[..] else { panic!("only a is open: {left:?}") };
    assert_eq!((part.as_deref(), *answers, parts), (Some("a"), 8, 2));
    assert!((1..8).contains(count) && last.event == u32::try_from(9 + count).unwrap(), "{left:?}");
    assert!(matches!(check(&history, 100_000), Linearity::Broken(_)));
    assert_eq!(open(&history, 100_000), (Vec::new(), 2));
}

#[test]
fn the_first_wrong_answer_is_found_before_those_that_take_more_steps() {
    let mut history = hard("x");
    let moment = |event: u32| Moment { event, at: Micros::ms(event.into()) };
    history.extend((0..30).map(|n| Operation {
        client: 9,
        op: KeyValue::parse(&format!("put x {}", 1_000 + n)).unwrap(),
        asked: moment(30 + 2 * n),
        told: Some((moment(31 + 2 * n), KvRet::Done)),
    }));
    for steps in [1_500, 2_000, 100_000] {
        let Linearity::Broken(anomaly) = check(&history, steps) else { panic!("{steps} steps are enough") };
        assert_eq!((anomaly.at.event, anomaly.first), (21, true), "{steps} steps");
    }
}

#[test]
fn words_claim_no_first_wrong_answer_that_is_not_known_to_be_it() {
    let history = [("[]    ", "c1: put x 1 = ok"), ("  [ ] ", "c2: get x = 7")];
    let Linearity::Broken(mut anomaly) = verdict(&history) else { panic!("nobody wrote it") };
    anomaly.first = false;
    let words = anomaly.words(&NodeSpec::cluster(1, 2));
    assert!(words.starts_with("no order of the operations on x explains the answers until that to c2's"), "{words}");
}

#[test]
fn a_witness_has_every_answer_that_it_needs_and_no_other() {
    let history = read(&[
        ("[]            ", "c1: put x 1 = ok"),
        ("  []          ", "c2: get x = 1"),
        ("    []        ", "c1: put x 2 = ok"),
        ("    [   ]     ", "c3: put x 3 = ok"),
        ("        [ ]   ", "c3: get y = nothing"),
        ("          []  ", "c2: get x = 1"),
        ("            []", "c2: get x = 5"),
    ]);
    let Linearity::Broken(anomaly) = check(&history, 10_000) else { panic!("it is stale") };
    let Together { operations: witness, least } = witness(&history, &anomaly, 10_000);
    assert!(least);
    let words: Vec<String> = witness.iter().map(|op| op.words(&NodeSpec::cluster(1, 3))).collect();
    // Of the answer to the first write and that of the read after it one is enough, and of the two later writes one.
    assert_eq!(words, ["c2's `get x` (`1`)", "c3's `put x 3` (`ok`)", "c2's `get x` (`1`)"]);
}

/// Four clients, each with 100 operations on one key that overlap those of the others.
#[test]
fn hundreds_of_operations_are_judged_in_few_steps() {
    let mut history = History::new();
    let mut store = KeyValue::default();
    for nth in 0..400_u32 {
        let (client, round) = (nth % 4, nth / 4);
        let text = if nth % 3 == 0 { "get x".into() } else { format!("put x {nth}") };
        let op = KeyValue::parse(&text).unwrap();
        let ret = store.apply(&op);
        let moment = |event: u32| Moment { event, at: Micros::ms(event.into()) };
        let (asked, told) = (round * 8 + client, round * 8 + 7 - (client + round) % 4);
        history.push(Operation { client, op, asked: moment(asked), told: Some((moment(told), ret)) });
    }
    assert_eq!(check(&history, 20_000), Linearity::Holds);
    let Some((_, ret)) = &mut history[398].told else { panic!("it has an answer") };
    *ret = KvRet::Value(Some("1".into()));
    assert!(matches!(check(&history, 20_000), Linearity::Broken(_)));
}

mod properties {
    use super::*;
    use proptest::prelude::*;

    /// Up to five operations on one key with drawn intervals and answers.
    fn tiny() -> impl Strategy<Value = History> {
        let op = prop_oneof![
            Just("get x"),
            Just("put x a"),
            Just("put x b"),
            Just("append x a"),
            Just("cas x a b"),
            Just("put y a"),
            Just("get y"),
        ];
        let ret = prop_oneof![
            4 => Just("ok"), 1 => Just("differs"), 1 => Just("nothing"), 2 => Just("a"), 1 => Just("b"), 1 => Just("aa")
        ];
        let one = (op, ret, 0_u32..12, 1_u32..8, prop::bool::weighted(0.8));
        prop::collection::vec(one, 1..6).prop_map(|ops| {
            let place = |(nth, (op, ret, asked, length, has)): (usize, (&str, &str, u32, u32, bool))| {
                let client = u32::try_from(nth).unwrap();
                // Moments of different operations are told apart by their last digit.
                let moment = |column: u32| Moment { event: column * 8 + client, at: Micros::ZERO };
                let op = KeyValue::parse(op).unwrap();
                // Half of the answers at least are of a kind that fits.
                let ret = if KeyValue::is_read(&op) && ret == "ok" { "nothing" } else { ret };
                let told = has.then(|| (moment(asked + length), answer(ret)));
                Operation { client, op, asked: moment(asked), told }
            };
            ops.into_iter().enumerate().map(place).collect()
        })
    }

    /// Tries every order of every choice of unanswered operations.
    fn has_order(history: &History, taken: &mut Vec<usize>, state: &KeyValue) -> bool {
        let left = |op: &usize| !taken.contains(op);
        if (0..history.len()).filter(left).all(|op| history[op].told.is_none()) {
            return true;
        }
        for next in (0..history.len()).filter(left).collect::<Vec<_>>() {
            let before = |other: &usize| {
                history[*other].told.as_ref().is_some_and(|(told, _)| told.event < history[next].asked.event)
            };
            if (0..history.len()).filter(|other| !taken.contains(other)).any(|other| before(&other)) {
                continue;
            }
            let mut state = state.clone();
            let ret = state.apply(&history[next].op);
            if history[next].told.as_ref().is_some_and(|(_, told)| *told != ret) {
                continue;
            }
            taken.push(next);
            let found = has_order(history, taken, &state);
            taken.pop();
            if found {
                return true;
            }
        }
        false
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn the_search_agrees_with_trying_every_order(history in tiny()) {
            let expected = has_order(&history, &mut Vec::new(), &KeyValue::default());
            let found = check(&history, 1_000_000);
            prop_assert_eq!(found.holds(), expected);
            if let Linearity::Broken(anomaly) = found {
                // It is the first answer without an order: the history up to the one before has one.
                let mut before = history.clone();
                before.retain(|op| op.asked < anomaly.at);
                for op in &mut before {
                    op.told.take_if(|(told, _)| *told >= anomaly.at);
                }
                prop_assert!(has_order(&before, &mut Vec::new(), &KeyValue::default()));
                prop_assert!(anomaly.first);
                // Its witness has no order either, and one without any of its answers.
                let Together { operations: witness, least } = witness(&history, &anomaly, 1_000_000);
                prop_assert!(least);
                let among = |op: &Operation<KeyValue>| witness.iter().any(|one| one.asked == op.asked);
                let mut least = before;
                for op in &mut least {
                    op.told = history.iter().find(|one| one.asked == op.asked && among(one)).and_then(|one| one.told.clone());
                }
                prop_assert!(!has_order(&least, &mut Vec::new(), &KeyValue::default()));
                for one in &witness {
                    let mut less = least.clone();
                    less.iter_mut().filter(|op| op.asked == one.asked).for_each(|op| op.told = None);
                    prop_assert!(has_order(&less, &mut Vec::new(), &KeyValue::default()));
                }
            }
        }
    }
}
