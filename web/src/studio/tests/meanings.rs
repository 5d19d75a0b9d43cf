//! What each drag means as data.

use super::*;
use crate::studio::drag::{Aim, Held, Kind, Part, meaning};
use lightcone_diagram::Hit;
use lightcone_sim::{Disk, Selector, Until, When};

fn to(at: u64) -> Aim {
    Aim { at: Micros::ms(at), length: Micros::ms(25), off: false, until: Micros::ms(3_000), fresh: 9 }
}

fn holding(kind: Kind, part: Part, origin: u64) -> Held {
    let (hit, title) = (Hit::Spell(1), "this".into());
    Held { hit, part, kind, origin: at(origin), name: None, node: NodeId(0), title }
}

fn selector(text: &str) -> Selector {
    text.parse().expect("it is a selector")
}

fn message(part_origin: u64) -> Held {
    let kind = Kind::Message { selector: selector("Vote from n1 to n2"), sent: at(100) };
    holding(kind, Part::End, part_origin)
}

fn lasting(part: Part, from: u64, to: Option<u64>) -> Held {
    let origin = if part == Part::End { to.unwrap_or(3_000) } else { from };
    holding(Kind::Lasting { id: 1, from: at(from), to: to.map(at) }, part, origin)
}

fn pause(until: Until) -> Intervention {
    Intervention::at(1, at(100), Fault::Pause { node: "n1".into() }).until(until)
}

/// The only intervention after a drag.
fn only(all: &[Intervention], held: &Held, aim: Aim) -> Intervention {
    let mut after = meaning(all, held, aim).expect("it can be dragged");
    assert_eq!(after.len(), 1, "{after:?}");
    after.remove(0)
}

#[test]
fn a_message_is_moved_or_dropped_and_nothing_is_piled_up() {
    let moved = only(&[], &message(120), to(125));
    assert_eq!((moved.id, &moved.fault), (9, &Fault::Move { to: at(25) }));
    let dropped = only(std::slice::from_ref(&moved), &message(125), Aim { off: true, ..to(125) });
    assert_eq!((dropped.id, &dropped.fault), (9, &Fault::Drop));
    let twice = [moved.clone(), Intervention { id: 4, fault: Fault::Drop, ..moved.clone() }];
    assert_eq!(only(&twice, &message(125), Aim { length: at(40), ..to(140) }).fault, Fault::Move { to: at(40) });
    let other = Intervention::on(3, selector("Vote from n1 to n2 #2"), Fault::Drop);
    assert_eq!(
        meaning(&[other], &message(120), to(125)).map(|all| all.len()),
        Ok(2),
        "another message is another matter"
    );
}

#[test]
fn no_message_flies_for_less_than_a_microsecond() {
    let aim = Aim { length: Micros::ZERO, ..to(0) };
    assert_eq!(only(&[], &message(120), aim).fault, Fault::Move { to: Micros(1) });
}

#[test]
fn what_was_delivered_or_fired_by_hand_is_done_by_hand_at_another_instant() {
    let deliver = Fault::Deliver { message: selector("Vote from n1 to n2") };
    let one = only(&[Intervention::at(1, at(120), deliver.clone())], &message(120), to(50));
    assert_eq!(one, Intervention::at(1, Micros(100_001), deliver), "it was sent at 100 ms");
    let (arming, firing) = (selector("arming Election of n1 #3"), selector("timer Election of n1"));
    let timer = holding(Kind::Timer { arming: arming.clone(), firing: firing.clone() }, Part::Body, 200);
    let fire = Intervention::at(1, at(200), Fault::Fire { timer: firing });
    assert_eq!(only(&[fire], &timer, to(230)).when, When::At(at(230)));
    let moved = only(&[], &timer, to(230));
    assert_eq!((moved.when, moved.fault), (When::On { selector: arming, name: None }, Fault::Move { to: at(25) }));
}

#[test]
fn what_lasts_keeps_the_form_in_which_its_end_was_said() {
    for (until, part, at_ms, start, end) in [
        (Until::At(at(400)), Part::Start, 150, 150, Until::At(at(400))),
        (Until::At(at(400)), Part::End, 500, 100, Until::At(at(500))),
        (Until::At(at(400)), Part::Body, 150, 150, Until::At(at(450))),
        (Until::For(at(300)), Part::Start, 150, 150, Until::For(at(250))),
        (Until::For(at(300)), Part::End, 500, 100, Until::For(at(400))),
        (Until::For(at(300)), Part::Body, 150, 150, Until::For(at(300))),
        (Until::End, Part::Start, 150, 150, Until::End),
        (Until::End, Part::End, 500, 100, Until::At(at(500))),
        (Until::At(at(400)), Part::End, 3_000, 100, Until::End),
    ] {
        let to_ms = if until == Until::End { None } else { Some(400) };
        let one = only(&[pause(until)], &lasting(part, 100, to_ms), to(at_ms));
        assert_eq!((one.start(), one.until), (Some(at(start)), end), "{until:?} {part:?}");
    }
}

#[test]
fn an_edge_never_passes_the_other_one() {
    let start = only(&[pause(Until::At(at(400)))], &lasting(Part::Start, 100, Some(400)), to(900));
    assert_eq!(start.start(), Some(Micros(399_999)));
    let end = only(&[pause(Until::At(at(400)))], &lasting(Part::End, 100, Some(400)), to(20));
    assert_eq!(end.until, Until::At(Micros(100_001)));
}

#[test]
fn what_waits_for_a_condition_has_an_end_to_drag_and_no_start() {
    let condition = "someone becomes leader".parse().expect("it is a condition");
    let one = Intervention::when(1, condition, Fault::Pause { node: "it".into() });
    let refused = meaning(std::slice::from_ref(&one), &lasting(Part::Start, 100, Some(400)), to(200));
    assert_eq!(
        refused,
        Err("this happens when someone becomes leader, whenever that is: only its end can be dragged".into())
    );
    assert_eq!(only(&[one], &lasting(Part::End, 100, None), to(250)).until, Until::For(at(150)));
}

#[test]
fn a_crash_and_its_restart_are_the_two_ends_of_one_mark() {
    let crash = Intervention::at(1, at(100), Fault::Crash { node: "n1".into(), disk: Disk::Kept, after: None });
    let restart = Intervention::at(2, at(300), Fault::Restart { node: "n1".into() });
    let down = |part, to: Option<u64>| {
        let kind = Kind::Down { id: 1, from: at(100), to: to.map(at), back: to.map(|_| 2) };
        holding(kind, part, if part == Part::End { 300 } else { 100 })
    };
    let both = [crash.clone(), restart];
    let starts = |held: &Held, aim| -> Vec<Option<Micros>> {
        meaning(&both, held, aim).expect("it can be dragged").iter().map(Intervention::start).collect()
    };
    assert_eq!(starts(&down(Part::Start, Some(300)), to(500)), [Some(Micros(299_999)), Some(at(300))]);
    assert_eq!(starts(&down(Part::End, Some(300)), to(50)), [Some(at(100)), Some(Micros(100_001))]);
    assert_eq!(starts(&down(Part::Body, Some(300)), to(150)), [Some(at(150)), Some(at(350))]);
    let back = meaning(std::slice::from_ref(&crash), &down(Part::End, None), to(800)).expect("it can come back");
    assert_eq!(back[1], Intervention::at(9, at(800), Fault::Restart { node: "n1".into() }));
    let in_a_step = Intervention { when: When::On { selector: selector("Vote from n1 to n2"), name: None }, ..crash };
    let refused = meaning(&[in_a_step], &down(Part::Start, None), to(800));
    assert_eq!(refused, Err("this is done to Vote from n1 to n2, and moves with it".into()));
}

#[test]
fn a_request_of_a_person_moves_and_one_of_the_workload_waits() {
    let request = Intervention::at(1, at(100), Fault::Request { client: "c1".into(), op: "get x".into() });
    assert_eq!(only(&[request], &holding(Kind::Moment(1), Part::Body, 100), to(70)).start(), Some(at(70)));
    let work = |origin| holding(Kind::Work { client: "c1".into() }, Part::Body, origin);
    let refused = meaning(&[], &work(100), to(70)).expect_err("its own pace is its own");
    assert_eq!(refused, "c1 asks this by itself, at its own pace: it can ask later, by pausing, and not earlier");
    let waits = only(&[], &work(100), to(170));
    assert_eq!((waits.start(), waits.until), (Some(at(100)), Until::At(at(170))));
    assert_eq!(waits.fault, Fault::Pause { node: "c1".into() });
    let less = only(std::slice::from_ref(&waits), &work(170), to(120));
    assert_eq!((less.id, less.until), (9, Until::At(at(120))));
    assert_eq!(meaning(&[less], &work(120), to(100)), Ok(Vec::new()), "back where it was");
}
