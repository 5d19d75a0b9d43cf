//! The rules, on a network that is moved by hand.

use super::*;
use crate::{
    OpId, Outcome,
    protocols::testing::Net,
    services::{KvOp, KvRet},
};

fn net(replicas: u64, acks: Acks, bug: Bug) -> Net<PrimaryBackup> {
    Net::new(Config { replicas, acks, bug, ..Config::default() })
}

fn ask(net: &mut Net<PrimaryBackup>, client: &str, server: &str, serial: u64, op: KvOp) {
    let id = OpId { client: net.id(client), serial };
    net.request(client, server, Call { id, op });
}

fn put(net: &mut Net<PrimaryBackup>, client: &str, server: &str, serial: u64, value: &str) {
    ask(net, client, server, serial, KvOp::Put("x".into(), value.into()));
}

fn get(net: &mut Net<PrimaryBackup>, client: &str, server: &str, serial: u64) {
    ask(net, client, server, serial, KvOp::Get("x".into()));
}

/// What clients were told, redirections apart.
fn told(net: &Net<PrimaryBackup>) -> Vec<String> {
    let words = |ret: &KvRet| <KeyValue as crate::Service>::ret_words(ret);
    let done = net.answers.iter().filter_map(|(_, answer)| match &answer.outcome {
        Outcome::Done(ret) => Some(words(ret)),
        Outcome::NotLeader(_) => None,
    });
    done.collect()
}

/// Some replicas show that they are there, and the view service looks.
fn heard(net: &mut Net<PrimaryBackup>, replicas: &[&str]) {
    for replica in replicas {
        net.fire(replica, Timer::Ping);
        net.deliver(replica, "vs", "Ping");
    }
    net.fire("vs", Timer::Check);
}

fn broken(net: &Net<PrimaryBackup>, invariant: &str) -> bool {
    net.breaches.iter().any(|breach| breach.starts_with(invariant))
}

#[test]
fn a_primary_answers_when_as_many_backups_have_it_as_are_asked_for() {
    for (acks, after) in [(Acks::None, 0), (Acks::Some, 1), (Acks::All, 2)] {
        let mut net = net(3, acks, Bug::None);
        put(&mut net, "c1", "n1", 1, "a");
        for (count, backup) in ["n2", "n3"].into_iter().enumerate() {
            assert_eq!(told(&net).len(), usize::from(count >= after), "{acks:?} after {count}");
            net.deliver("n1", backup, "Update");
            assert_eq!(net.rules, ["take an update"]);
            net.deliver(backup, "n1", "Ack");
        }
        assert_eq!(told(&net), ["ok"]);
        put(&mut net, "c1", "n1", 1, "a");
        assert_eq!((net.rules.as_slice(), told(&net).len()), (["old request"].as_slice(), 2));
        put(&mut net, "c2", "n2", 1, "b");
        assert_eq!(net.rules, ["redirect"]);
        assert_eq!(net.breaches, Vec::<String>::new());
        assert_eq!(PrimaryBackup::unsound(&Config { acks, ..Config::default() }).is_some(), acks != Acks::All);
    }
}

#[test]
fn a_backup_that_becomes_primary_has_what_was_answered_unless_nobody_waited_for_it() {
    for acks in [Acks::All, Acks::None] {
        let mut net = net(3, acks, Bug::None);
        put(&mut net, "c1", "n1", 1, "a");
        if acks == Acks::All {
            net.settle();
        } else {
            net.flying.clear();
        }
        assert_eq!(told(&net), ["ok"]);
        heard(&mut net, &["n2", "n3"]);
        assert_eq!(net.rules, ["begin a view"]);
        net.deliver("vs", "n2", "View");
        assert!(net.rules.contains(&"become primary"));
        assert_eq!(broken(&net, "Answered Survives"), acks == Acks::None, "{:?}", net.breaches);
        net.deliver("n2", "n3", "State");
        assert_eq!(net.rules, ["become a backup", "take the state"]);
        net.deliver("n3", "n2", "Ack");
        get(&mut net, "c2", "n2", 1);
        net.settle();
        assert_eq!(told(&net).last().map(String::as_str), Some(if acks == Acks::All { "a" } else { "nothing" }));
    }
}

/// n1 is cut off and does not know that n2 follows it.
#[test]
fn a_primary_that_was_replaced_answers_nothing_not_even_reads() {
    for bug in [Bug::None, Bug::LocalRead] {
        let mut net = net(2, Acks::All, bug);
        heard(&mut net, &["n2"]);
        net.deliver("vs", "n2", "View");
        put(&mut net, "c2", "n2", 1, "b");
        assert_eq!(told(&net), ["ok"], "n2 is alone in its view");
        get(&mut net, "c1", "n1", 1);
        if bug == Bug::LocalRead {
            assert_eq!(told(&net), ["ok", "nothing"], "which is long over");
            continue;
        }
        net.deliver("n1", "n2", "Update");
        assert_eq!(net.rules, ["refuse an old view"]);
        net.deliver("n2", "n1", "Refused");
        assert_eq!((net.rules.as_slice(), told(&net).len()), (["step back"].as_slice(), 1));
        get(&mut net, "c1", "n1", 2);
        assert_eq!(net.rules, ["redirect"]);
        assert_eq!(net.breaches, Vec::<String>::new());
    }
}

/// n2 was left out, and n1 alone has a.
fn left_out(bug: Bug) -> Net<PrimaryBackup> {
    let mut net = net(2, Acks::All, bug);
    heard(&mut net, &["n1"]);
    net.deliver("vs", "n1", "View");
    put(&mut net, "c1", "n1", 1, "a");
    assert_eq!(told(&net), ["ok"]);
    net
}

#[test]
fn who_was_left_out_comes_back_by_the_state_and_is_not_made_primary_before() {
    let mut net = left_out(Bug::None);
    heard(&mut net, &["n2"]);
    assert!(net.rules.is_empty(), "n2 is no backup of this view");
    heard(&mut net, &["n1", "n2"]);
    assert_eq!(net.rules, ["begin a view"]);
    heard(&mut net, &["n2"]);
    assert_eq!(net.rules, ["wait for the primary"]);
    net.deliver("vs", "n1", "View view 3");
    net.deliver("n1", "n2", "State");
    net.deliver("n2", "n1", "Ack");
    net.fire("n1", Timer::Ping);
    net.deliver("n1", "vs", "Ping view 3");
    assert_eq!(net.rules, ["confirm the view"]);
    heard(&mut net, &["n2"]);
    assert!(net.rules.is_empty(), "both were heard");
    heard(&mut net, &["n2"]);
    net.deliver("vs", "n2", "View view 4");
    get(&mut net, "c2", "n2", 1);
    assert_eq!(told(&net).last().map(String::as_str), Some("a"));
    assert_eq!(net.breaches, Vec::<String>::new());
}

#[test]
fn each_planted_bug_of_the_view_service_loses_what_was_answered() {
    let mut any = left_out(Bug::PromoteAny);
    any.fire("n1", Timer::Ping);
    any.deliver("n1", "vs", "Ping view 2");
    any.fire("vs", Timer::Check);
    heard(&mut any, &["n2"]);
    any.deliver("vs", "n2", "View view 3");
    assert!(broken(&any, "Answered Survives: operation 1, x=a, was answered"), "{:?}", any.breaches);
    let mut early = left_out(Bug::EarlyView);
    heard(&mut early, &["n1", "n2"]);
    heard(&mut early, &["n2"]);
    early.deliver("vs", "n2", "View view 4");
    assert!(broken(&early, "Answered Survives"), "{:?}", early.breaches);
}

#[test]
fn a_primary_that_keeps_leading_is_the_second_one_of_a_view() {
    for bug in [Bug::None, Bug::KeepLeading] {
        let mut net = net(2, Acks::All, bug);
        heard(&mut net, &["n2"]);
        net.deliver("vs", "n2", "View view 2");
        put(&mut net, "c1", "n1", 1, "a");
        net.deliver("n1", "n2", "Update view 1");
        net.deliver("n2", "n1", "Refused");
        assert_eq!(broken(&net, "One Primary per View: n2 and n1 are primaries of view 2"), bug == Bug::KeepLeading);
    }
}

#[test]
fn who_comes_back_says_as_what() {
    let mut net = net(2, Acks::All, Bug::None);
    put(&mut net, "c1", "n1", 1, "a");
    for server in ["n1", "n2", "vs"] {
        net.restart(server);
        assert_eq!(net.rules.last(), Some(&"come back"), "{server}");
    }
}

#[test]
fn a_primary_that_does_not_give_its_state_has_a_backup_with_another_one() {
    let mut net = left_out(Bug::NoTransfer);
    heard(&mut net, &["n1", "n2"]);
    net.deliver("vs", "n1", "View view 3");
    net.deliver("vs", "n2", "View view 3");
    put(&mut net, "c2", "n1", 1, "b");
    net.deliver("n1", "n2", "Update");
    assert!(
        broken(&net, "Prefix: operation 1 of view 3 is x=a at n1, the primary, and x=b at n2"),
        "{:?}",
        net.breaches
    );
}

#[test]
fn what_is_lost_is_sent_again() {
    for bug in [Bug::None, Bug::SendOnce] {
        let mut net = net(2, Acks::All, bug);
        put(&mut net, "c1", "n1", 1, "a");
        net.lose("n1", "n2", "Update");
        net.fire("n1", Timer::Ping);
        assert_eq!(net.rules.contains(&"send again"), bug == Bug::None);
        net.settle();
        assert_eq!(told(&net).len(), usize::from(bug == Bug::None));
    }
}

#[test]
fn replicas_come_back_with_their_logs_and_one_without_a_disk_knows_of_no_view() {
    let mut net = net(2, Acks::All, Bug::None);
    put(&mut net, "c1", "n1", 1, "a");
    net.settle();
    for server in ["n1", "n2", "vs"] {
        let before = net.at(server).log.clone();
        net.restart(server);
        assert!(net.at(server).log == before && net.at(server).view.number == 1, "{server}");
    }
    assert_eq!(
        PrimaryBackup::setup(&Config { replicas: 0, ..Config::default() }).unwrap_err().to_string(),
        "replicas: 0 is less than 1"
    );
}

#[test]
fn who_is_there_must_be_heard_in_time() {
    assert!(PrimaryBackup::timely(&Config::default(), Micros::ms(22)).is_ok());
    assert!(PrimaryBackup::timely(&Config::default(), Micros::ms(90)).is_err());
}
