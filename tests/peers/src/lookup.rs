//! Lookups on rings of other crates, with the same number of points, and the same hash of the key where one can choose it.

use consistent_hash_ring::RingBuilder;
use hashring::HashRing;
use lightcone_bench::placed::{self, KEYS, Lookups, MEMBERS, POINTS};
use lightcone_core::placement::Scheme;
use serde_json::json;
use std::{
    hash::{BuildHasherDefault, Hasher},
    hint::black_box,
    time::Instant,
};
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// So many times all keys are looked up, by all in turns.
const ROUNDS: usize = 31;

/// The hash that our ring takes.
#[derive(Default)]
struct Xxh3(u64);

impl Hasher for Xxh3 {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = xxh3_64_with_seed(bytes, self.0);
    }

    fn write_u64(&mut self, number: u64) {
        self.write(&number.to_le_bytes());
    }
}

type Build = BuildHasherDefault<Xxh3>;

/// Whose it is, and what looks all keys up and says something of their owners.
type Searcher = (&'static str, Box<dyn Fn() -> usize>);

/// Lookups on both kinds of ring.
pub fn lookups() {
    compared("ring", vec![ours(), hashring(), consistent_hash_ring()]);
    compared("ketama", ketama());
}

fn ours() -> Searcher {
    let lookups = Lookups::new();
    ("Lightcone", Box::new(move || lookups.all()))
}

fn hashring() -> Searcher {
    let mut ring: HashRing<(u32, u32), Build> = HashRing::with_hasher(Build::default());
    ring.batch_add((0..MEMBERS as u32).flat_map(|member| (0..POINTS).map(move |nth| (member, nth))).collect());
    let owner = move |key: u64| ring.get(&key).map_or(0, |(member, _)| *member as usize);
    ("hashring", Box::new(move || (0..u64::from(KEYS)).map(&owner).sum()))
}

fn consistent_hash_ring() -> Searcher {
    let ring = RingBuilder::new(Build::default()).vnodes(POINTS as usize).nodes_iter(0..MEMBERS as u32).build();
    let owner = move |key: u64| *ring.get(key) as usize;
    ("consistent_hash_ring", Box::new(move || (0..u64::from(KEYS)).map(&owner).sum()))
}

fn ketama() -> Vec<Searcher> {
    let placement = placed::ring(Scheme::Ketama);
    let names: Vec<String> = placed::members(MEMBERS).into_iter().map(|member| member.name).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let ring = ketama::Ring::build(&names);
    let all = |owner: &dyn Fn(&[u8]) -> usize| (0..u64::from(KEYS)).map(|key| owner(&key.to_le_bytes())).sum();
    let ours = move |key: &[u8]| placement.owner(placement.key(key));
    let theirs = move |key: &[u8]| ring.route(key);
    for key in 0..KEYS {
        assert_eq!(ours(&key.to_le_bytes()), theirs(&key.to_le_bytes()), "both place key {key} alike");
    }
    vec![("Lightcone", Box::new(move || all(&ours))), ("ketama", Box::new(move || all(&theirs)))]
}

fn compared(ring: &str, searchers: Vec<Searcher>) {
    let mut samples = vec![Vec::new(); searchers.len()];
    for _ in 0..ROUNDS {
        for (of, (_, search)) in samples.iter_mut().zip(&searchers) {
            let start = Instant::now();
            black_box(search());
            of.push(start.elapsed().as_nanos() as f64 / f64::from(KEYS));
        }
    }
    for (samples, (whose, _)) in samples.iter().zip(&searchers) {
        let name = format!("lookup: {ring}, {whose}");
        println!(
            "{}",
            json!({ "name": name, "note": placed::LOOKUP, "measure": "time", "side": "native", "samples": samples })
        );
    }
}
