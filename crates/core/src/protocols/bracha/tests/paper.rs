//! The steps of the broadcast, one by one, and what they add up to.

use super::*;
use Word::{A, B};

#[test]
fn all_honest_servers_deliver_what_an_honest_one_broadcasts() {
    let mut net = Net::new(4, 1, Bug::None, &[]);
    net.broadcast(1, A);
    // An initial to each other server, and of each server an echo and a ready to each other one.
    assert_eq!(net.settle(), 3 + 4 * 3 + 4 * 3);
    assert_eq!(net.delivered(1), [Some(A); 4]);
    assert!(net.owed(&[]).is_empty() && net.breaches.is_empty());
}

#[test]
fn broadcasts_of_one_origin_are_told_apart() {
    let mut net = Net::new(4, 1, Bug::None, &[]);
    net.broadcast(2, A);
    net.broadcast(2, B);
    while !net.now.flying.is_empty() {
        net.deliver(net.now.flying.len() - 1);
    }
    let both = [Delivered { id: id(2, 1), word: A }, Delivered { id: id(2, 2), word: B }];
    for me in 1..=4 {
        let mut delivered: Vec<Delivered> = net.at(me).delivered.iter().copied().collect();
        delivered.sort_by_key(|one| one.id);
        assert_eq!(delivered, both);
    }
    assert!(net.breaches.is_empty());
}

#[test]
fn the_thresholds_do_what_the_proof_needs_of_them() {
    for servers in 1..=16_u64 {
        let most = Bound::Third.most(servers as usize) as u64;
        for faulty in 0..=15 {
            let config = Config { servers, faulty, ..Config::default() };
            let (echoes, join, deliver) =
                (config.echoes_to_get_ready(), config.readies_to_join(), config.readies_to_deliver());
            assert!(2 * echoes > servers + faulty && 2 * (echoes - 1) <= servers + faulty, "more than half, and least");
            assert_eq!((join, deliver), (faulty + 1, 2 * faulty + 1));
            let honest = servers.saturating_sub(faulty);
            assert_eq!(faulty <= most, honest >= echoes && honest >= deliver, "{servers} servers, {faulty} faulty");
        }
    }
    let four = Config::default();
    assert_eq!((four.echoes_to_get_ready(), four.readies_to_join(), four.readies_to_deliver()), (3, 2, 3));
}

#[test]
fn as_many_silent_servers_as_are_reckoned_with_stop_nothing() {
    for servers in 1..=16_u64 {
        let faulty = Bound::Third.most(servers as usize) as u64;
        let silent: Vec<u8> = (servers - faulty + 1..=servers).map(|liar| liar as u8).collect();
        let mut net = Net::new(servers, faulty, Bug::None, &silent);
        net.broadcast(1, B);
        net.settle();
        assert!(net.owed(&[]).is_empty() && net.breaches.is_empty(), "{servers} servers, {faulty} silent");
        assert!(net.delivered(1)[..(servers - faulty) as usize].iter().all(|word| *word == Some(B)));
    }
}

#[test]
fn one_more_silent_server_stops_everything() {
    let mut net = Net::new(4, 1, Bug::None, &[3, 4]);
    net.broadcast(1, A);
    net.settle();
    assert_eq!(net.owed(&[]), ["Validity: n1 broadcast a as its number 1, and n1, n2 did not deliver"]);
}

#[test]
fn a_two_faced_origin_cannot_split_the_others() {
    let mut net = Net::new(4, 1, Bug::None, &[4]);
    net.lie(4, &[1, 2], initial(A));
    net.lie(4, &[3], initial(B));
    assert_eq!((net.instance(1, 4).echoed, net.instance(3, 4).echoed), (Some(A), Some(B)));
    net.settle();
    assert_eq!(net.delivered(4)[..3], [None; 3], "two echoes of a and one of b are not enough");
    assert!(net.owed(&[]).is_empty(), "nothing is owed to a liar, and nobody delivered");

    net.lie(4, &[1], echo(4, A));
    assert!(net.said(true, "n1 is ready for a in n4's broadcast 1: 3 echoes, 3 needed"));
    net.lie(4, &[2], echo(4, A));
    net.lie(4, &[3], echo(4, B));
    net.settle();
    assert_eq!(net.delivered(4)[..3], [Some(A); 3], "n3 joined those that are ready for a, though it echoed b");
    assert_eq!((net.instance(3, 4).echoed, net.instance(3, 4).readied), (Some(B), Some(A)));
    assert!(net.owed(&[]).is_empty() && net.breaches.is_empty());
}

#[test]
fn whoever_hears_of_a_broadcast_from_others_only_echoes_along_and_delivers() {
    let mut net = Net::new(4, 1, Bug::None, &[4]);
    net.lie(4, &[1, 2], initial(A));
    net.lie(4, &[1], echo(4, A));
    net.settle();
    net.lie(4, &[2], echo(4, A));
    assert_eq!(net.instance(3, 4).echoed, None);
    net.deliver(net.now.flying.iter().position(|flight| flight.to == n(3)).unwrap());
    assert!(net.said(true, "n3 has no initial, and echoes a in n4's broadcast 1: 2 of 3 echoes, 2 of 2 readies"));
    net.settle();
    assert_eq!(net.delivered(4)[..3], [Some(A); 3]);
}

#[test]
fn a_server_echoes_the_first_initial_only() {
    let mut net = Net::new(4, 1, Bug::None, &[4]);
    net.lie(4, &[1], initial(A));
    net.now.flying.clear();
    net.lie(4, &[1], initial(B));
    assert!(net.now.flying.is_empty());
    assert!(net.said(false, "n1 echoed a in n4's broadcast 1 already, and echoes once"));
}

#[test]
fn what_a_server_says_twice_counts_once() {
    let mut net = Net::new(4, 1, Bug::None, &[]);
    net.hand(2, 1, ready(3, A));
    net.hand(2, 1, ready(3, A));
    assert!(net.said(false, "n1 has the ready of n2 already"));
    assert_eq!(net.instance(1, 3).readies.count(A), 1);
    net.hand(2, 1, echo(3, A));
    net.hand(2, 1, echo(3, A));
    assert!(net.said(false, "n1 has the echo of n2 already"));
}

#[test]
fn a_failed_guard_says_how_many_are_lacking() {
    let mut net = Net::new(4, 1, Bug::None, &[]);
    net.broadcast(1, A);
    net.hand(2, 1, echo(1, A));
    assert!(net.said(false, "n1 is not yet ready for a in n1's broadcast 1: 2 of 3 echoes"));
    net.hand(2, 1, ready(1, A));
    assert!(net.said(false, "n1 does not join those ready for a in n1's broadcast 1: 1 of 2 readies"));
    assert!(net.said(false, "n1 does not yet deliver a in n1's broadcast 1: 1 of 3 readies"));
    net.hand(3, 1, ready(1, A));
    assert!(net.said(true, "n1 delivers a in n1's broadcast 1: 3 of 3 readies"), "its own ready is one of the three");
}
