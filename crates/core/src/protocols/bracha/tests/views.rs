//! What people see, what they can set, and what liars can say.

use super::*;
use crate::view::Tone;
use Word::{A, B};

#[test]
fn settings_that_cannot_be_run_are_refused_by_field_and_too_many_faults_are_not() {
    let refused = |config: Config| Bracha::setup(&config).unwrap_err().to_string();
    assert_eq!(refused(Config { servers: 0, ..Config::default() }), "servers: 0 is less than 1");
    assert_eq!(refused(Config { servers: 17, ..Config::default() }), "servers: 17 is more than 16");
    assert_eq!(refused(Config { faulty: 16, ..Config::default() }), "faulty: 16 is more than 15");
    assert!(Bracha::setup(&Config { servers: 3, faulty: 1, ..Config::default() }).is_ok());
    assert_eq!(Bracha::tolerated(&Config::default()), Some(1));
}

#[test]
fn the_first_server_broadcasts_by_itself_if_told_so() {
    let mut net = Net::new(4, 1, Bug::None, &[]);
    net.cluster.config.auto = true;
    (1..=4).for_each(|me| net.start(me, Boot::First));
    assert_eq!(net.now.flying.len(), 3 + 3, "the initials of n1, and its echoes");
    net.settle();
    assert_eq!(net.delivered(1), [Some(A); 4]);
    let labels: Vec<String> = Bracha::stimuli(&Config::default()).into_iter().map(|one| one.label).collect();
    assert_eq!((labels.len(), &*labels[7]), (8, "broadcast b"));
}

#[test]
fn a_group_says_what_it_could_do() {
    let able = |servers: u64, up: &[u8]| {
        let config = Config { servers, ..Config::default() };
        Bracha::able(&config, up.iter().map(|server| n(*server)).collect()).unwrap().words
    };
    assert_eq!(able(4, &[1, 2, 4]), "could deliver: 3 of 4 up and reachable, 3 needed");
    assert_eq!(able(4, &[1, 2]), "cannot deliver: 2 of 4 up and reachable, 3 needed");
    assert_eq!(able(7, &[1, 2, 3, 4]), "cannot deliver: 4 of 7 up and reachable, 5 needed");
}

#[test]
fn a_liar_turns_words_round_and_speaks_unasked_of_what_it_knows() {
    let mut net = Net::new(4, 1, Bug::None, &[4]);
    net.broadcast(1, A);
    net.settle();
    let ctx = LieCtx::new(n(4), &net.cluster, Micros::ZERO);
    let lies = |honest: Option<Message>| net.at(4).lies(&ctx, n(2), honest.as_ref());
    assert_eq!(lies(Some(echo(1, A))), [echo(1, B)]);
    let own = [initial(A), initial(B), echo(4, A), ready(4, A), echo(4, B), ready(4, B)];
    let others = [echo(1, A), ready(1, A), echo(1, B), ready(1, B)];
    assert_eq!(lies(None), [others.as_slice(), &own].concat(), "and no initial in the name of n1");
}

#[test]
fn a_message_keeps_its_name_whatever_its_word() {
    assert_eq!(Bracha::key(&echo(3, A)), Bracha::key(&echo(3, B)));
    assert_eq!(Bracha::key(&echo(3, A)).to_string(), "Echo origin 3 number 1");
    assert_eq!(Bracha::key(&initial(A)).to_string(), "Initial number 1");
    let specs = NodeSpec::cluster(4, 0);
    assert_eq!(Bracha::message_view(&ready(3, B), &specs).label, "Ready b");
}

#[test]
fn the_table_shows_how_far_each_server_is_and_marks_what_is_at_odds() {
    let mut net = Net::new(4, 1, Bug::DeliverOnOne, &[4]);
    net.lie(4, &[1], ready(4, A));
    net.lie(4, &[2], ready(4, B));
    net.hand(1, 3, echo(4, A));
    let nodes = [Some(net.at(1)), Some(net.at(2)), Some(net.at(3)), None];
    let table = Bracha::table(&nodes, &net.cluster.specs).unwrap();
    assert_eq!(table.columns, ["", "n4 #1"]);
    let cells: Vec<(&str, Tone)> = table.rows.iter().map(|row| (&*row.cells[0].text, row.cells[0].tone)).collect();
    assert_eq!(cells[0], ("delivered a · readies for a: 1", Tone::Warning));
    assert_eq!(cells[1], ("delivered b · readies for b: 1", Tone::Warning));
    assert_eq!(cells[2], ("echoes for a: 1", Tone::Plain));
    assert_eq!(cells[3], ("down", Tone::Plain));
    let fields = Bracha::fields(net.at(1), &net.cluster.specs);
    assert_eq!(fields.iter().map(|field| &*field.name).collect::<Vec<_>>(), ["broadcasts", "delivered", "n4 #1"]);
}
