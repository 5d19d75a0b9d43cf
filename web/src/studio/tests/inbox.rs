//! You are the network.

use super::*;
use lightcone_sim::view::EventKind;

/// The scene as it is held from an instant on.
fn held(ms: u64) -> Studio {
    let mut studio = studio();
    studio.update(TimeMsg::Seek(at(ms)).into());
    studio.update(InboxMsg::Toggle.into());
    at_rest(studio)
}

fn inbox(studio: &Studio) -> Inbox {
    studio.views.focus.inbox.clone().expect("everything is held")
}

fn mail(studio: &Studio) -> Vec<Mail> {
    inbox(studio).trays.into_iter().flat_map(|tray| tray.mail).collect()
}

/// The run of the link of a scene, and of its file.
fn replayed(studio: &Studio) -> [u64; 2] {
    let link = crate::engine::decode(&studio.fragment()).expect("it is a link").scenario;
    let file = lightcone_catalog::file::parse(&crate::engine::print(studio.scenario())).expect("it is a file");
    [link, file].map(|scenario| {
        let mut lab = crate::engine::open(scenario).expect("it can be run");
        while !lab.advance(10_000) {}
        lab.fingerprint()
    })
}

/// Fires the first timer there is.
fn fire(studio: Studio, node: usize) -> Studio {
    let tray = inbox(&studio).trays[node].clone();
    let mut studio = studio;
    studio.update(InboxMsg::Fire(tray.node, tray.timers[0].0.clone()).into());
    at_rest(studio)
}

#[test]
fn nothing_moves_but_what_is_chosen() {
    let studio = held(20);
    let before = studio.lab.len();
    assert_eq!(before, studio.lab.events_until(studio.clock.playhead), "nothing happens after it");
    let studio = fire(studio, 1);
    assert_eq!(studio.lab.len(), before + 1, "one step");
    let fired = studio.lab.event(before);
    assert_eq!((fired.kind, fired.node, fired.at), (EventKind::Timer, NodeId(1), studio.clock.playhead));
    let sent = mail(&studio);
    assert_eq!(sent.len(), 4, "it asks everyone for a vote: {sent:?}");
    let mut studio = studio;
    studio.update(InboxMsg::Deliver(sent[0].index).into());
    let studio = at_rest(studio);
    assert_eq!(studio.lab.len(), before + 2);
    assert_eq!(studio.clock.playhead, studio.lab.event(before + 1).at, "the playhead is right after it");
    assert!(mail(&studio).iter().all(|mail| mail.index != sent[0].index), "it is not there any more");
    assert_eq!(replayed(&studio), [studio.lab.fingerprint(); 2], "an ordinary scene");
}

#[test]
fn each_act_is_one_edit() {
    let mut studio = fire(held(20), 1);
    let first = mail(&studio)[0].index;
    for act in [InboxMsg::Deliver(first), InboxMsg::Copy(first), InboxMsg::Drop(first)] {
        let before = (studio.scenario().clone(), studio.lab.fingerprint());
        studio.update(act.clone().into());
        studio = at_rest(studio);
        assert_eq!(studio.scenario().run.interventions.len(), before.0.run.interventions.len() + 1, "{act:?}");
        assert!(studio.lab.idle().is_empty(), "{act:?}: {:?}", studio.lab.idle());
        assert_eq!(replayed(&studio), [studio.lab.fingerprint(); 2], "{act:?}");
        studio.update(EditMsg::Undo.into());
        studio = at_rest(studio);
        assert_eq!((studio.scenario(), studio.lab.fingerprint()), (&before.0, before.1), "{act:?} is taken back");
    }
}

#[test]
fn a_copy_can_be_delivered_as_well() {
    let mut studio = fire(held(20), 1);
    let first = mail(&studio)[0].clone();
    studio.update(InboxMsg::Copy(first.index).into());
    studio = at_rest(studio);
    let both = mail(&studio);
    assert_eq!(both.len(), 5);
    let events = studio.lab.len();
    // The message goes first, and then what is left of the two.
    for left in [4, 3] {
        let next = mail(&studio).into_iter().find(|mail| mail.label == first.label).expect("one is there");
        studio.update(InboxMsg::Deliver(next.index).into());
        studio = at_rest(studio);
        assert_eq!(mail(&studio).iter().filter(|mail| both.iter().any(|b| b.index == mail.index)).count(), left);
    }
    assert_eq!(studio.lab.len(), events + 2, "both were handled");
    assert!(studio.lab.idle().is_empty(), "{:?}", studio.lab.idle());
    assert_eq!(replayed(&studio), [studio.lab.fingerprint(); 2]);
}

#[test]
fn what_was_under_way_waits_however_long_time_stands_still() {
    let base = studio();
    let sent = base.lab.run().trace().messages[0];
    let mut studio = base;
    studio.update(TimeMsg::Seek(sent.sent.plus(Micros(1))).into());
    studio.update(InboxMsg::Toggle.into());
    let mut studio = at_rest(studio);
    studio.update(TimeMsg::Seek(sent.end.plus(at(500))).into());
    let waiting = mail(&studio);
    assert!(waiting.iter().any(|mail| mail.index == 0 && !mail.can_copy), "{waiting:?}");
    studio.update(InboxMsg::Deliver(0).into());
    let studio = at_rest(studio);
    let handled = studio.lab.event(studio.lab.len() - 1);
    assert_eq!((handled.kind, handled.at), (EventKind::Deliver, studio.clock.playhead));
    let arrow = studio.lab.run().trace().messages[0];
    assert_eq!(arrow.end, handled.at, "it was under way until then");
}

#[test]
fn time_goes_on_where_it_was_let_go_on() {
    let studio = fire(held(20), 1);
    let still = studio.lab.len();
    let mut studio = studio;
    studio.update(TimeMsg::Nudge(50_000).into());
    studio.update(InboxMsg::Toggle.into());
    let mut studio = at_rest(studio);
    assert!(!studio.is_network() && studio.views.focus.inbox.is_none());
    assert!(studio.lab.len() > still, "it moves again");
    assert_eq!(replayed(&studio), [studio.lab.fingerprint(); 2]);
    studio.update(TimeMsg::Seek(at(40)).into());
    assert!(studio.is_network(), "it stays part of the scene for as long as it was");
}

#[test]
fn whoever_leaves_at_once_leaves_no_trace() {
    let mut studio = held(20);
    studio.update(InboxMsg::Toggle.into());
    assert!(studio.scenario().run.interventions.is_empty());
}
