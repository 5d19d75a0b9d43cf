//! Each deliberate mistake is found by the property that it breaks, and the paper's own rules pass the same test.

use super::*;
use Word::{A, B};

/// Runs `story` with the mistake and without; without, nothing may be broken or owed.
fn found(servers: u64, faulty: u64, liars: &[u8], bug: Bug, story: fn(&mut Net)) -> Vec<String> {
    let run = |bug| {
        let mut net = Net::new(servers, faulty, bug, liars);
        story(&mut net);
        net.settle();
        let mut wrong = net.breaches.clone();
        wrong.extend(net.owed(&[]));
        wrong
    };
    assert_eq!(run(Bug::None), Vec::<String>::new());
    run(bug)
}

#[test]
fn delivering_on_one_ready_breaks_agreement_and_integrity() {
    let wrong = found(4, 1, &[4], Bug::DeliverOnOne, |net| {
        net.lie(4, &[1], ready(4, A));
        net.lie(4, &[2], ready(4, B));
    });
    assert!(wrong.contains(&"Agreement: n2 delivers b and n1 delivered a in n4's broadcast 1".into()), "{wrong:?}");
    let wrong = found(4, 1, &[4], Bug::DeliverOnOne, |net| {
        net.broadcast(1, A);
        net.hand(1, 4, initial(A));
        net.lie(4, &[2], ready(1, B));
    });
    assert!(wrong.contains(&"Integrity: n2 delivers b and n1 said a in n1's broadcast 1".into()), "{wrong:?}");
}

#[test]
fn delivering_again_breaks_integrity() {
    let wrong = found(4, 1, &[], Bug::DeliverAgain, |net| net.broadcast(1, A));
    assert!(wrong.contains(&"Integrity: n1 delivered a and delivers a again in n1's broadcast 1".into()), "{wrong:?}");
}

/// Two liars among seven show one server enough echoes and another one enough readies, and are silent from then on.
fn whisper(net: &mut Net) {
    net.lie(7, &[1, 2, 3], initial(A));
    net.hand(7, 6, initial(A));
    for liar in [6, 7] {
        net.lie(liar, &[1], echo(7, A));
    }
    net.settle();
    for liar in [6, 7] {
        net.lie(liar, &[2], ready(7, A));
    }
}

#[test]
fn delivering_on_too_few_readies_breaks_totality() {
    let wrong = found(7, 2, &[6, 7], Bug::DeliverEarly, whisper);
    assert_eq!(wrong, ["Totality: n2 delivered a in n7's broadcast 1, and n1, n3, n4, n5 did not deliver"]);
}

#[test]
fn getting_ready_on_echoes_only_breaks_totality() {
    let wrong = found(4, 1, &[4], Bug::NoAmplification, |net| {
        net.lie(4, &[1, 2], initial(A));
        net.lie(4, &[1, 2], echo(4, A));
        net.lie(4, &[1], ready(4, A));
    });
    assert_eq!(wrong, ["Totality: n1 delivered a in n4's broadcast 1, and n2, n3 did not deliver"]);
}

#[test]
fn echoing_every_initial_makes_servers_ready_for_both_values() {
    let wrong = found(4, 1, &[4], Bug::EchoEvery, |net| {
        net.lie(4, &[1, 2], initial(A));
        net.lie(4, &[3], initial(B));
        net.lie(4, &[1, 2], initial(B));
        net.lie(4, &[3], initial(A));
        // n3 hears of b first.
        net.now.flying.sort_by_key(|flight| (flight.message.word() == A) == (flight.to == n(3)));
        net.lie(4, &[1], ready(4, A));
    });
    assert!(wrong[0].starts_with("One Ready: "), "{wrong:?}");
    assert!(wrong.iter().any(|words| words.starts_with("Totality: ")), "{wrong:?}");
}
