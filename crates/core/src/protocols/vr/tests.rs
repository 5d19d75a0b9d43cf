//! Tests that follow the paper, on a network that is moved by hand.

use super::{Bug, Config, Status, Timer, Vr};
use crate::{
    Call, Micros, NodeSet, OpId, Outcome, Protocol,
    protocols::testing::Net,
    replicated::Command,
    services::{KvOp, KvRet},
};

type Group = Net<Vr>;

fn with(bug: Bug, servers: u64) -> Group {
    Net::new(Config { bug, servers, ..Config::default() })
}

fn ask(net: &mut Group, client: &str, serial: u64, server: &str, op: KvOp) {
    let id = OpId { client: net.id(client), serial };
    net.request(client, server, Call { id, op });
}

fn put(net: &mut Group, client: &str, server: &str, value: &str) {
    ask(net, client, 1, server, KvOp::Put("x".into(), value.into()));
}

fn log(net: &Group, server: &str) -> Vec<String> {
    net.at(server).log.iter().map(Command::label).collect()
}

/// The primary and some backups prepare what was asked last, and the primary hears of it.
fn prepared(net: &mut Group, primary: &str, backups: &[&str]) {
    for backup in backups {
        net.deliver(primary, backup, "Prepare");
        net.deliver(backup, primary, "PrepareOk");
    }
}

/// `first` loses patience, and goes on to a view of which `primary` is primary, with the help of `other`.
fn change_view(net: &mut Group, first: &str, other: &str, primary: &str, view: u64) {
    net.fire(first, Timer::ViewChange);
    let name = format!("StartViewChange view {view}");
    net.deliver(first, other, &name);
    net.deliver(other, first, &name);
    let voter = if first == primary { other } else { first };
    net.deliver(voter, primary, &format!("DoViewChange view {view}"));
    assert_eq!((net.at(primary).status, net.at(primary).view), (Status::Normal, view));
}

fn broken(net: &Group, name: &str) -> bool {
    net.breaches.iter().any(|breach| breach.starts_with(name))
}

#[test]
fn an_operation_is_committed_when_f_backups_have_it() {
    let mut net = with(Bug::None, 3);
    put(&mut net, "c1", "n1", "1");
    assert_eq!(net.rules, ["request"]);
    prepared(&mut net, "n1", &["n2"]);
    assert_eq!(net.rules, ["commit", "execute"]);
    assert_eq!(net.answers.len(), 1);
    net.fire("n1", Timer::Commit);
    net.settle();
    assert_eq!((net.at("n2").commit_number, net.at("n3").commit_number), (1, 1));
    assert_eq!(net.breaches, Vec::<String>::new());
}

#[test]
fn backups_send_clients_on_and_a_request_is_executed_once() {
    let mut net = with(Bug::None, 3);
    put(&mut net, "c1", "n2", "1");
    let primary = net.id("n1");
    assert_eq!(net.answers[0].1.outcome, Outcome::NotLeader(Some(primary)));
    let append = || KvOp::Append("x".into(), "1".into());
    for _ in 0..2 {
        ask(&mut net, "c1", 1, "n1", append());
    }
    assert_eq!((net.rules.clone(), log(&net, "n1").len()), (vec!["old request"], 1));
    net.settle();
    ask(&mut net, "c1", 1, "n1", append());
    ask(&mut net, "c1", 2, "n1", KvOp::Get("x".into()));
    net.settle();
    let told: Vec<_> = net.answers.iter().skip(1).map(|(_, answer)| answer.outcome.clone()).collect();
    let read = Outcome::Done(KvRet::Value(Some("1".into())));
    assert_eq!(told, [Outcome::Done(KvRet::Done), Outcome::Done(KvRet::Done), read]);
}

#[test]
fn operations_are_prepared_in_order_and_a_laggard_asks() {
    let mut net = with(Bug::None, 3);
    put(&mut net, "c1", "n1", "1");
    put(&mut net, "c2", "n1", "2");
    net.deliver("n1", "n2", "Prepare view 0 op 2");
    assert_eq!(net.rules, ["ask for state"]);
    net.deliver("n2", "n1", "GetState");
    net.deliver("n1", "n2", "NewState");
    assert_eq!(log(&net, "n2"), ["x=1", "x=2"]);
    net.deliver("n2", "n1", "PrepareOk");
    assert_eq!(net.at("n1").commit_number, 2);
}

#[test]
fn a_new_primary_has_what_was_committed_unless_it_counts_wrong() {
    for bug in [Bug::None, Bug::FewVotes] {
        let mut net = with(bug, 3);
        put(&mut net, "c1", "n1", "1");
        prepared(&mut net, "n1", &["n3"]);
        net.fire("n2", Timer::ViewChange);
        net.deliver("n2", "n3", "StartViewChange");
        net.deliver("n3", "n2", "StartViewChange");
        if bug == Bug::None {
            assert_eq!(net.at("n2").status, Status::ViewChange);
            net.deliver("n3", "n2", "DoViewChange");
            assert_eq!((log(&net, "n2"), net.rules.clone()), (vec!["x=1".into()], vec!["count", "begin the view"]));
            net.deliver("n2", "n3", "StartView");
            net.deliver("n3", "n2", "PrepareOk");
            assert_eq!((net.at("n2").commit_number, net.answers.len()), (1, 2));
        }
        assert_eq!(broken(&net, "View Completeness"), bug == Bug::FewVotes, "{:?}", net.breaches);
    }
}

/// n1 has two operations that nobody else ever got; view 1 commits another one; then comes view 2.
#[test]
fn of_the_logs_the_one_that_was_normal_last_counts_before_the_longest() {
    for bug in [Bug::None, Bug::LogByLength] {
        let mut net = with(bug, 3);
        put(&mut net, "c1", "n1", "1");
        put(&mut net, "c2", "n1", "2");
        change_view(&mut net, "n2", "n3", "n2", 1);
        net.deliver("n2", "n3", "StartView");
        ask(&mut net, "c1", 1, "n2", KvOp::Put("y".into(), "3".into()));
        prepared(&mut net, "n2", &["n3"]);
        net.fire("n3", Timer::ViewChange);
        net.deliver("n3", "n1", "StartViewChange view 2");
        net.deliver("n1", "n3", "StartViewChange view 2");
        net.deliver("n1", "n3", "DoViewChange view 2");
        assert_eq!(broken(&net, "View Completeness"), bug == Bug::LogByLength, "{:?}", net.breaches);
        assert_eq!(log(&net, "n3") == ["y=3"], bug == Bug::None);
    }
}

#[test]
fn a_view_that_is_over_prepares_nothing_unless_the_bug_is_there() {
    for bug in [Bug::None, Bug::OldView] {
        let mut net = with(bug, 3);
        put(&mut net, "c1", "n1", "1");
        change_view(&mut net, "n2", "n3", "n2", 1);
        net.deliver("n2", "n3", "StartView");
        net.deliver("n1", "n3", "Prepare");
        if bug == Bug::OldView {
            net.deliver("n3", "n1", "PrepareOk");
        }
        assert_eq!(broken(&net, "View Completeness"), bug == Bug::OldView, "{:?}", net.breaches);
    }
}

#[test]
fn a_replica_that_crashed_gets_its_log_back() {
    let mut net = with(Bug::None, 3);
    put(&mut net, "c1", "n1", "1");
    prepared(&mut net, "n1", &["n3"]);
    net.flying.clear();
    net.restart("n3");
    assert_eq!((net.rules.clone(), log(&net, "n3").len()), (vec!["recover"], 0));
    net.deliver("n3", "n2", "Recovery");
    net.deliver("n2", "n3", "RecoveryResponse");
    net.deliver("n3", "n1", "Recovery");
    net.deliver("n1", "n3", "RecoveryResponse");
    assert_eq!((net.at("n3").status, log(&net, "n3")), (Status::Normal, vec!["x=1".into()]));
    assert_eq!(net.at("n3").commit_number, 1);
    assert_eq!(net.breaches, Vec::<String>::new());
}

#[test]
fn who_recovers_takes_no_part() {
    let mut net = with(Bug::None, 3);
    put(&mut net, "c1", "n1", "1");
    net.restart("n2");
    net.deliver("n1", "n2", "Prepare");
    assert_eq!((net.rules.clone(), log(&net, "n2").len()), (vec!["stale message"], 0));
    net.fire("n3", Timer::ViewChange);
    net.deliver("n3", "n2", "StartViewChange");
    assert_eq!(net.at("n2").status, Status::Recovering);
    put(&mut net, "c2", "n2", "2");
    assert_eq!(net.answers.last().map(|(_, answer)| answer.outcome.clone()), Some(Outcome::NotLeader(None)));
}

/// n1 itself was the primary: no answer of n2 and n3 holds what it had prepared, until they have another primary.
#[test]
fn without_the_primary_nobody_recovers_unless_the_bug_is_there() {
    for bug in [Bug::None, Bug::NoPrimary] {
        let mut net = with(bug, 3);
        put(&mut net, "c1", "n1", "1");
        net.restart("n1");
        for other in ["n2", "n3"] {
            net.deliver("n1", other, "Recovery");
            net.deliver(other, "n1", "RecoveryResponse");
        }
        assert_eq!(net.at("n1").status == Status::Normal, bug == Bug::NoPrimary);
        if bug == Bug::NoPrimary {
            put(&mut net, "c2", "n1", "2");
        }
        assert_eq!(broken(&net, "One Operation per Viewstamp"), bug == Bug::NoPrimary, "{:?}", net.breaches);
    }
}

#[test]
fn answers_to_an_earlier_recovery_do_not_count() {
    let mut net = with(Bug::None, 3);
    net.restart("n3");
    for other in ["n1", "n2"] {
        net.deliver("n3", other, "Recovery nonce 1");
    }
    net.restart("n3");
    for other in ["n1", "n2"] {
        net.deliver(other, "n3", "RecoveryResponse nonce 1");
        assert_eq!(net.rules, ["stale message"]);
    }
    assert_eq!(net.at("n3").status, Status::Recovering);
}

/// n2 and n3 each promise view 1, crash, and recover; what n3 sent for view 1 comes last (Michael and others, 2017).
#[test]
fn a_view_number_that_is_forgotten_loses_an_operation() {
    for view_on_disk in [true, false] {
        let mut net: Group = Net::new(Config { view_on_disk, ..Config::default() });
        net.fire("n2", Timer::ViewChange);
        net.lose("n2", "n1", "StartViewChange");
        net.restart("n2");
        recovered(&mut net, "n2", &["n1", "n3"]);
        net.deliver("n2", "n3", "StartViewChange");
        net.lose("n3", "n1", "StartViewChange");
        net.restart("n3");
        recovered(&mut net, "n3", &["n1", "n2"]);
        if !view_on_disk {
            assert_eq!((net.at("n3").status, net.at("n3").view), (Status::Normal, 0));
            put(&mut net, "c1", "n1", "1");
            prepared(&mut net, "n1", &["n3"]);
            net.deliver("n3", "n2", "StartViewChange");
            net.deliver("n3", "n2", "DoViewChange");
        }
        assert_eq!(broken(&net, "View Completeness"), !view_on_disk, "{:?}", net.breaches);
    }
    assert!(Vr::unsound(&Config { view_on_disk: false, ..Config::default() }).is_some());
    assert!(Vr::unsound(&Config::default()).is_none());
}

/// A replica asks some others, and hears from those that answer.
fn recovered(net: &mut Group, who: &str, others: &[&str]) {
    for other in others {
        net.deliver(who, other, "Recovery");
        let back = (net.id(other), net.id(who));
        if net.flying.iter().any(|(from, to, m)| (*from, *to) == back && Vr::key(m).kind.name == "RecoveryResponse") {
            net.deliver(other, who, "RecoveryResponse");
        }
    }
}

#[test]
fn who_hears_of_a_view_that_a_recovering_replica_was_in_goes_on_to_it() {
    let mut net = with(Bug::None, 3);
    net.fire("n3", Timer::ViewChange);
    net.flying.clear();
    net.restart("n3");
    net.deliver("n3", "n1", "Recovery");
    assert_eq!((net.at("n1").status, net.at("n1").view), (Status::ViewChange, 1));
    net.settle();
    net.fire("n3", Timer::Recovery);
    net.settle();
    assert_eq!((net.at("n3").status, net.at("n3").view), (Status::Normal, 1));
}

#[test]
fn settings_that_cannot_be_run_are_refused_by_field() {
    let wrong = |config: Config| Vr::setup(&config).unwrap_err().to_string();
    assert_eq!(wrong(Config { servers: 2, ..Config::default() }), "servers: 2 is less than 3");
    let slow = Config { commit_every: Micros::ms(150), ..Config::default() };
    assert!(wrong(slow).starts_with("commit_every: 150ms is not shorter"));
    let able = |count| Vr::able(&Config::default(), NodeSet::first(count)).map(|it| it.able);
    assert_eq!((able(1), able(2)), (Some(false), Some(true)));
    assert!(Vr::timely(&Config::default(), Micros::ms(40)).is_err());
}

#[test]
fn nobody_goes_back_to_a_view_unless_the_bug_is_there() {
    for bug in [Bug::None, Bug::BackToView] {
        let mut net = with(bug, 3);
        change_view(&mut net, "n2", "n3", "n2", 1);
        net.fire("n3", Timer::ViewChange);
        net.deliver("n2", "n3", "StartView view 1");
        assert_eq!(net.at("n3").view, if bug == Bug::None { 2 } else { 1 });
        assert_eq!(broken(&net, "Monotony"), bug == Bug::BackToView, "{:?}", net.breaches);
    }
}
