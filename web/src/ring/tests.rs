use super::*;
use lightcone_core::placement::Member;

fn lab(fragment: &str) -> RingLab {
    let mut lab = RingLab::default();
    lab.update(RingMsg::Open(fragment.into()));
    assert_eq!(lab.refused, "");
    lab
}

fn owners(lab: &RingLab) -> Vec<String> {
    let placed = lab.placed.as_ref().expect("it is placed");
    (0..lab.scene.keys as usize).map(|key| placed.owner(key).to_string()).collect()
}

#[test]
fn a_newcomer_that_is_drawn_into_the_ring_takes_keys_from_others_and_nobody_else_does() {
    let mut lab = lab("points=40&keys=2000");
    let (was, middle) = (owners(&lab), Point { x: lab.side() / 2.0, y: lab.side() / 2.0 });
    lab.update(RingMsg::Down(Point { x: 30.0, y: 30.0 }, 0.0));
    lab.update(RingMsg::Move(middle));
    assert!(lab.svg.contains("moved"), "what would move is shown before the pointer lets go");
    assert_eq!(lab.scene.members.len(), 5);
    assert!(lab.update(RingMsg::Up));
    assert_eq!(lab.scene.members.len(), 6);
    let changed = was.iter().zip(owners(&lab)).filter(|(was, now)| **was != *now);
    let (mut moved, all_to) = (0, "n6");
    for (_, now) in changed {
        assert_eq!(now, all_to);
        moved += 1;
    }
    let last = lab.last.as_ref().expect("something changed");
    let of =
        |name: &str| last.compared.iter().find(|one| SCHEMES[one.scheme].0 == name).expect("it was compared").moved;
    assert_eq!(of("ring"), moved);
    assert!((200..500).contains(&moved), "{moved} of 2000");
    assert!(of("modulo") > 1_400 && of("rendezvous") < 500 && of("jump") < 500);
}

#[test]
fn a_member_that_is_drawn_out_leaves_and_undo_brings_it_back() {
    let mut lab = lab("points=1&keys=300");
    let at = (0..480).flat_map(|x| (0..480).map(move |y| Point { x: f64::from(x), y: f64::from(y) }));
    let spot = at.into_iter().find(|at| lab.ring.member_at(*at, 0.0) == Some(2)).expect("a label is drawn");
    let was = owners(&lab);
    lab.update(RingMsg::Down(spot, 0.0));
    lab.update(RingMsg::Move(Point { x: -60.0, y: -60.0 }));
    lab.update(RingMsg::Up);
    assert!(lab.scene.members.iter().all(|member| member.name != "n3"));
    let mut heirs: Vec<String> =
        was.iter().zip(owners(&lab)).filter(|(was, _)| *was == "n3").map(|(_, now)| now).collect();
    heirs.dedup();
    assert_eq!(heirs.len(), 1, "without virtual nodes one successor takes all");
    lab.update(RingMsg::Undo);
    assert_eq!(owners(&lab), was);
    lab.update(RingMsg::Undo);
    assert_eq!(lab.refused, "there is nothing to take back");
}

#[test]
fn a_click_selects_a_member_and_lets_the_newcomer_join() {
    let mut lab = lab("");
    lab.update(RingMsg::Down(Point { x: 30.0, y: 30.0 }, 0.0));
    lab.update(RingMsg::Up);
    assert_eq!(lab.scene.members.len(), 6);
    lab.update(RingMsg::Pick(Some(1)));
    assert!(lab.svg.contains("aside"), "the others step back");
    lab.update(RingMsg::Pick(Some(99)));
    assert_eq!(lab.selected, None);
}

#[test]
fn a_link_brings_back_what_it_was_made_of() {
    let text = "scheme=maglev&points=8&seed=3&keys=500&copies=2&skew=10&nodes=a:2:1,b:1:1,c:1:2";
    assert_eq!(lab(text).scene.fragment(), text);
}

#[test]
fn what_is_wrong_in_a_link_is_told_by_field_and_the_rest_is_opened() {
    let mut lab = RingLab::default();
    lab.update(RingMsg::Open("scheme=cubic&keys=999999&copies=3&nodes=a,b,c,d b&x=1".into()));
    for wrong in [
        "`cubic` is no scheme; there are ring, ketama",
        "keys: `999999` is not a whole number from 1 to 100000",
        "`d b` is not a name",
        "x: there is no such field",
    ] {
        assert!(lab.refused.contains(wrong), "{}", lab.refused);
    }
    assert_eq!(lab.scene.copies, 3);
}

#[test]
fn nobody_to_hold_a_key_names_that_collide_and_weights_of_zero_are_told() {
    let mut lab = lab("nodes=a:1:1,b:1:2");
    lab.update(RingMsg::Name("a".into()));
    lab.update(RingMsg::Join);
    assert_eq!(lab.refused, "two members are called `a`");
    lab.update(RingMsg::Weight(0, "0".into()));
    assert_eq!(lab.loads()[0], 0, "who weighs nothing holds nothing");
    lab.update(RingMsg::Weight(1, "0".into()));
    assert_eq!(lab.placed.as_ref().err(), Some(&PlacementError::NoWeight));
    lab.update(RingMsg::Leave(0));
    lab.update(RingMsg::Leave(0));
    assert_eq!(lab.placed.as_ref().err(), Some(&PlacementError::Empty));
    assert!(!lab.svg.contains("ring-member"));
    lab.update(RingMsg::Join);
    assert_eq!(lab.loads(), [200]);
    lab.update(RingMsg::Set(Field::Copies, "2".into()));
    assert_eq!(lab.placed.as_ref().err(), Some(&PlacementError::TooManyCopies { copies: 2, members: 1 }));
}

#[test]
fn copies_stand_on_distinct_machines_so_that_no_machine_takes_a_key_with_it() {
    let text = "points=20&keys=1000&copies=2&nodes=a:1:1,b:1:1,c:1:2,d:1:2,e:1:3";
    let mut with_copies = lab(text);
    assert_eq!(with_copies.loads().iter().sum::<u64>(), 2_000);
    with_copies.update(RingMsg::Crash(0));
    assert_eq!(with_copies.last.as_ref().and_then(|last| last.lost), Some(0));
    assert_eq!(with_copies.scene.members.iter().map(|member| &*member.name).collect::<Vec<_>>(), ["c", "d", "e"]);
    let mut alone = lab(&text.replace("copies=2", "copies=1"));
    let held: u64 = alone.loads()[..2].iter().sum();
    alone.update(RingMsg::Crash(1));
    assert_eq!(alone.last.as_ref().and_then(|last| last.lost), Some(held), "all that the machine had is lost");
}

#[test]
fn the_hottest_keys_are_asked_for_where_they_are() {
    let lab = lab("points=40&keys=1000&skew=60");
    let placed = lab.placed.as_ref().expect("it is placed");
    let requests = placed.requests(&lab.scene);
    let hottest = placed.owners[0] as usize;
    assert!(requests[hottest] >= 600 && requests.iter().sum::<u64>().abs_diff(1_000) <= 5, "{requests:?}");
}

#[test]
fn a_hundred_thousand_keys_are_placed_and_a_few_are_drawn() {
    let mut lab = lab("points=160&keys=100000");
    assert_eq!(lab.loads().iter().sum::<u64>(), 100_000);
    assert_eq!(lab.svg.matches("ring-key").count(), super::picture::DRAWN);
    lab.update(RingMsg::Join);
    assert_eq!(lab.loads().iter().sum::<u64>(), 100_000);
    lab.update(RingMsg::Set(Field::Keys, "10".into()));
    for _ in 0..30 {
        lab.update(RingMsg::Join);
    }
    assert_eq!(lab.scene.members.len(), 24);
    assert!(lab.refused.contains("24 members"), "{}", lab.refused);
}

#[test]
fn a_name_says_nothing_but_letters() {
    for text in ["", "a b", "<b>", "waytoolong"] {
        assert!(scene::named(text).is_err(), "{text}");
    }
    assert_eq!(Scene::default().newcomer(), Member::new("n6", 6));
}
