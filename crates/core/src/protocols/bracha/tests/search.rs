//! Searches: all lies and orders where that is few enough, and many where it is not.

use super::*;
use Word::{A, B};
use std::collections::BTreeSet;

/// Every state that three servers can reach, of which n3 lies: all orders of messages, and every lie at every time.
/// Returns how many there are and which kinds of promises are broken in those where nothing is under way.
fn everything(origin: u8) -> (usize, BTreeSet<String>) {
    let mut net = Net::new(3, 1, Bug::None, &[3]);
    if origin == 1 {
        net.broadcast(1, A);
        net.hand(1, 3, initial(A));
    }
    let lies: Vec<Message> = [initial(A), initial(B)]
        .into_iter()
        .chain([A, B].into_iter().flat_map(|word| [echo(origin, word), ready(origin, word)]))
        .filter(|lie| net.may_say(3, 1, *lie) && (origin == 3 || !matches!(lie, Message::Initial { .. })))
        .collect();
    let (mut seen, mut open, mut owed) = (BTreeSet::new(), vec![net.now.clone()], BTreeSet::new());
    while let Some(mut now) = open.pop() {
        // The liar knows all that it needs, and the order in which messages were sent is of no account.
        now.flying.retain(|flight| flight.to != n(3));
        now.flying.sort();
        if !seen.insert(format!("{now:?}")) {
            continue;
        }
        net.now = now.clone();
        if now.flying.is_empty() {
            owed.extend(net.owed(&[]).iter().map(|words| words.split(':').next().expect("a name").to_string()));
        }
        for place in 0..now.flying.len() {
            net.now = now.clone();
            net.deliver(place);
            open.push(net.now.clone());
        }
        for (to, lie) in [1, 2].into_iter().flat_map(|to| lies.iter().map(move |lie| (to, *lie))) {
            net.now = now.clone();
            net.hand(3, to, lie);
            open.push(net.now.clone());
        }
        assert!(net.breaches.is_empty(), "{:?}", net.breaches);
    }
    (seen.len(), owed)
}

#[test]
fn one_liar_among_three_breaks_validity_and_totality_but_not_agreement() {
    let kinds = |names: &[&str]| names.iter().map(|name| name.to_string()).collect::<BTreeSet<_>>();
    let (honest, owed) = everything(1);
    assert_eq!(owed, kinds(&["Totality", "Validity"]));
    let (lying, owed) = everything(3);
    assert_eq!(owed, kinds(&["Totality"]));
    assert_eq!((honest, lying), (2_304, 7_936), "states");
}

/// What a liar says to one server: its initial, if any, its echoes and its readies.
fn speeches() -> Vec<Vec<Message>> {
    let initials = [vec![], vec![initial(A)], vec![initial(B)]];
    let any = |of: fn(u8, Word) -> Message| [vec![], vec![of(4, A)], vec![of(4, B)], vec![of(4, A), of(4, B)]];
    let with = |said: Vec<Vec<Message>>, more: &[Vec<Message>]| -> Vec<Vec<Message>> {
        said.iter().flat_map(|said| more.iter().map(|more| [said.as_slice(), more].concat())).collect()
    };
    with(with(initials.to_vec(), &any(echo)), &any(ready))
}

/// Whatever one liar among four says to each of the others, and whether messages arrive in the order of sending or in
/// the reverse: nothing is broken, and nothing is owed. The three others are alike, so their order does not matter.
#[test]
fn one_liar_among_four_breaks_nothing_whatever_it_says() {
    let speeches = speeches();
    assert_eq!(speeches.len(), 48);
    let (mut runs, mut delivering) = (0, 0);
    for (one, first) in speeches.iter().enumerate() {
        for (two, second) in speeches.iter().enumerate().skip(one) {
            for third in &speeches[two..] {
                for newest_first in [false, true] {
                    let mut net = Net::new(4, 1, Bug::None, &[4]);
                    for (to, speech) in [(1, first), (2, second), (3, third)] {
                        speech.iter().for_each(|lie| net.hand(4, to, *lie));
                    }
                    while !net.now.flying.is_empty() {
                        net.deliver(if newest_first { net.now.flying.len() - 1 } else { 0 });
                    }
                    assert!(net.breaches.is_empty() && net.owed(&[]).is_empty(), "{first:?} {second:?} {third:?}");
                    runs += 1;
                    delivering += usize::from(net.delivered(4)[..3].iter().all(Option::is_some));
                }
            }
        }
    }
    assert_eq!((runs, delivering), (39_200, 17_024), "and where not all deliver, none does");
}

/// Random orders with random lies in between, two liars among seven, an honest origin and a lying one.
#[test]
fn two_liars_among_seven_break_nothing_in_random_orders() {
    let mut state = 7_u64;
    let mut draw = move |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (((state >> 32) * below as u64) >> 32) as usize
    };
    for _ in 0..2_000 {
        let mut net = Net::new(7, 2, Bug::None, &[6, 7]);
        net.broadcast(1, A);
        let mut lies_left = 40;
        while lies_left > 0 || !net.now.flying.is_empty() {
            if lies_left > 0 && (net.now.flying.is_empty() || draw(3) == 0) {
                lies_left -= 1;
                let (from, to) = (6 + draw(2) as u8, 1 + draw(5) as u8);
                let ctx = LieCtx::new(n(from), &net.cluster, Micros::ZERO);
                let lies = net.at(from).lies(&ctx, n(to), None);
                let lie = lies[draw(lies.len())];
                net.hand(from, to, lie);
            } else {
                net.deliver(draw(net.now.flying.len()));
            }
        }
        assert!(net.breaches.is_empty() && net.owed(&[]).is_empty(), "{:?} {:?}", net.breaches, net.owed(&[]));
    }
}

/// The search finds what is there to be found: with two liars where one is reckoned with, honest servers disagree.
#[test]
fn two_liars_among_four_break_agreement() {
    let mut net = Net::new(4, 1, Bug::None, &[3, 4]);
    net.lie(4, &[1], initial(A));
    net.lie(4, &[2], initial(B));
    net.hand(4, 3, initial(A));
    net.now.flying.clear();
    for (to, word) in [(1, A), (2, B)] {
        for liar in [3, 4] {
            net.lie(liar, &[to], echo(4, word));
            net.lie(liar, &[to], ready(4, word));
        }
    }
    assert!(net.breaches.contains(&"Agreement: n2 delivers b and n1 delivered a in n4's broadcast 1".into()));
}
