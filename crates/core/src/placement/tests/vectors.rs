//! What others publish.

use super::{
    super::{Scheme, jump, measure, rendezvous::below_one},
    members, placement,
};

/// The lines of a file of vectors, in words.
fn lines(file: &str) -> Vec<Vec<&str>> {
    let lines = file.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| line.split_whitespace().collect()).collect()
}

#[test]
fn jump_agrees_with_others() {
    let vectors = lines(include_str!("jump.txt"));
    assert!(vectors.len() > 10);
    for line in vectors {
        let number = |nth: usize| line[nth].parse::<u64>().expect("a vector consists of numbers");
        let buckets = u32::try_from(number(1)).expect("few buckets");
        assert_eq!(u64::from(jump::bucket(number(0), buckets)), number(2), "{line:?}");
    }
}

#[test]
fn the_points_of_ketama_agree_with_others() {
    let vectors = lines(include_str!("ketama.txt"));
    let servers = members((101..=104).map(|last| format!("192.168.1.{last}:11210")));
    let placement = placement(Scheme::Ketama, &servers);
    let ring = placement.ring().expect("it is a ring");
    let points = ring.points().map(|(at, owner)| vec![(at >> 32).to_string(), servers[owner].name.clone()]);
    assert!(
        points
            .take(vectors.len())
            .eq(vectors.iter().map(|line| line.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>()))
    );
    assert_eq!(ring.points().count(), 4 * 160);
}

#[test]
fn ten_servers_of_ketama_share_as_published() {
    // The figures are known without the names to which they belong. With these they hold.
    let servers = members((100..=110).map(|nth| format!("redis-{nth}:12000")));
    let (ten, eleven) = (placement(Scheme::Ketama, &servers[..10]), placement(Scheme::Ketama, &servers));
    let keys: Vec<u64> = (0..100_000).map(|nth| ten.key(format!("item:{nth}").as_bytes())).collect();
    let loads = measure::loads(&ten, &keys);
    assert_eq!((loads.iter().min(), loads.iter().max()), (Some(&8_706), Some(&10_961)));
    let moves = measure::moves(&ten, &eleven, &keys);
    assert_eq!(moves.moved, 8_570);
    assert!(moves.flows.keys().all(|(_, to)| *to == servers[10].name));
}

#[test]
fn the_logarithm_is_that_of_mathematics() {
    let numbers = (0..64).flat_map(|bit| [1_u64 << bit, (1 << bit) | 0x55, u64::MAX >> bit]);
    for number in numbers {
        let exact = 64.0 - (number as f64).log2();
        let ours = below_one(number) as f64 / (1_u64 << 40) as f64;
        assert!((ours - exact).abs() < 1e-11, "{number}: {ours}, not {exact}");
    }
}
