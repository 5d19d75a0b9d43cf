//! What nobody should ask for, and what looks odd and is all right.

use super::{
    super::{Member, Placement, PlacementError, Scheme, Slack},
    SCHEMES, keys, members, numbered, placement,
};

fn refused(scheme: Scheme, members: &[Member]) -> PlacementError {
    Placement::new(scheme, members).expect_err("there is no such placement")
}

#[test]
fn what_cannot_be_is_refused_in_words() {
    for scheme in SCHEMES {
        assert_eq!(refused(scheme, &[]), PlacementError::Empty);
        let weightless = numbered(3).into_iter().map(|member| Member { weight: 0, ..member });
        assert_eq!(refused(scheme, &weightless.collect::<Vec<_>>()), PlacementError::NoWeight);
        let twins = members(["a".to_owned(), "b".to_owned(), "a".to_owned()]);
        assert_eq!(refused(scheme, &twins), PlacementError::SameName("a".into()));
        let placement = placement(scheme, &numbered(3));
        let too_many = PlacementError::TooManyCopies { copies: 4, members: 3 };
        assert_eq!(placement.preference(1, 4), Err(too_many));
    }
    let three = numbered(3);
    assert_eq!(refused(Scheme::Ring { seed: 0, points: 0 }, &three), PlacementError::NoPoints);
    assert_eq!(refused(Scheme::Ring { seed: 0, points: u32::MAX }, &three), PlacementError::TooMany(3 * 0xFFFF_FFFF));
    assert_eq!(refused(Scheme::Maglev { size: 65_536 }, &three), PlacementError::NotPrime(65_536));
    assert_eq!(refused(Scheme::Maglev { size: 0 }, &three), PlacementError::NotPrime(0));
    assert_eq!(refused(Scheme::Maglev { size: 2 }, &three), PlacementError::TooSmall { size: 2, members: 3 });
    let slack = Slack { parts: 1, of: 0 };
    assert_eq!(refused(Scheme::Bounded { seed: 0, points: 1, slack }, &three), PlacementError::NoSlack);
    let heavy = [Member { weight: u32::MAX, ..Member::new("a", 0) }];
    assert_eq!(refused(Scheme::Jump, &heavy), PlacementError::TooMany(0xFFFF_FFFF));
    assert_eq!(
        refused(Scheme::Jump, &heavy).to_string(),
        "4294967295 points or units of weight; at most 4194304 will do"
    );
}

#[test]
fn who_has_no_weight_holds_nothing() {
    let mut list = numbered(5);
    list[0].weight = 0;
    list[3].weight = 0;
    for scheme in SCHEMES {
        let placement = placement(scheme, &list);
        assert!(placement.assign(&keys(2_000)).iter().all(|owner| ![0, 3].contains(owner)), "{}", scheme.name());
        let mut all = placement.preference(7, 3).expect("there are three").members;
        all.sort_unstable();
        assert_eq!(all, [1, 2, 4], "{}", scheme.name());
    }
}

#[test]
fn a_member_by_itself_holds_everything() {
    for scheme in SCHEMES {
        let placement = placement(scheme, &numbered(1));
        for hash in [0, 1, u64::MAX / 2, u64::MAX] {
            assert_eq!(placement.owner(hash), 0);
            assert_eq!(placement.preference(hash, 1).expect("there is one").members, [0]);
        }
    }
}

#[test]
fn points_that_meet_have_one_order() {
    // Among so many points of 32 bits some meet. The order in which members are listed must not decide whose they are.
    let forth = members((0..1_000).map(|nth| format!("10.0.{}.{}:11211", nth / 256, nth % 256)));
    let back: Vec<Member> = forth.iter().rev().cloned().collect();
    let (one, other) = (placement(Scheme::Ketama, &forth), placement(Scheme::Ketama, &back));
    let spots: Vec<u64> = one.ring().expect("a ring").points().map(|(at, _)| at).collect();
    let met: Vec<u64> = spots.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0]).collect();
    assert!(met.len() > 1, "{} points", spots.len());
    for at in met {
        let names = |placement: &Placement| {
            let both = placement.preference(at, 2).expect("there are many").members;
            both.into_iter().map(|member| placement.members()[member].name.clone()).collect::<Vec<_>>()
        };
        assert_eq!(names(&one), names(&other));
        assert!(names(&one)[0] < names(&one)[1]);
    }
}

#[test]
fn whoever_has_very_little_weight_holds_copies_all_the_same() {
    for (scheme, weights) in [(Scheme::Maglev { size: 7 }, [1_000, 1]), (Scheme::Ketama, [1, 1_000])] {
        let mut list = numbered(2);
        list.iter_mut().zip(weights).for_each(|(member, weight)| member.weight = weight);
        for key in keys(50) {
            let both = placement(scheme, &list).preference(key, 2).expect("there are two");
            assert_eq!((both.members.len(), both.doubled), (2, false), "{}", scheme.name());
        }
    }
}

#[test]
fn copies_are_on_distinct_machines_as_long_as_there_are_any() {
    let mut list = numbered(6);
    list.iter_mut().zip([0, 0, 0, 1, 1, 2]).for_each(|(member, machine)| member.machine = machine);
    for scheme in SCHEMES {
        let placement = placement(scheme, &list);
        for key in keys(300) {
            let three = placement.preference(key, 3).expect("there are six");
            let mut machines: Vec<u32> = three.members.iter().map(|member| list[*member].machine).collect();
            machines.sort_unstable();
            assert_eq!((machines, three.doubled), (vec![0, 1, 2], false), "{}", scheme.name());
            assert_eq!(three.members[0], placement.owner(key), "{}", scheme.name());
            let five = placement.preference(key, 5).expect("there are six");
            assert_eq!(five.members[..3], three.members, "{}", scheme.name());
            assert!(five.doubled && five.members.len() == 5);
        }
    }
}
