//! What a sweep draws of Raft's elections, for anyone to repeat on the page or in a terminal, beside the closed form that
//! `crates/check/tests/elections.rs` derives: of n servers whose timeouts are spread over W, with messages that fly for d,
//! the first term is split if j - 1 of them, j = n - m + 2 with a majority of m, fall into a part r = d / W of the range:
//!
//! p = sum of C(n, i) rⁱ (1 - r)ⁿ⁻ⁱ for i from j - 1 to n.

use lightcone_catalog::{
    file,
    sweep::{Knob, Summary, Sweep},
};

const SEEDS: u64 = 10_000;

fn choose(n: u64, i: u64) -> f64 {
    (0..i).map(|k| (n - k) as f64 / (k + 1) as f64).product()
}

/// The share of split votes that the closed form says.
fn derived(servers: u64, width: f64, latency: f64) -> f64 {
    let (r, least) = ((latency / width).min(1.0), servers - (servers / 2 + 1) + 1);
    let power = |base: f64, to: u64| base.powi(i32::try_from(to).expect("there are few servers"));
    (least..=servers).map(|i| choose(servers, i) * power(r, i) * power(1.0 - r, servers - i)).sum()
}

/// In which share of the runs of each value somebody asks for votes of a second term, which is where the first was split.
fn swept(name: &str, values: &str) -> Vec<f64> {
    let base =
        "protocol = \"raft\"\nuntil = \"700ms\"\n[network]\nlatency = \"15ms\"\n[settings]\nclients = 0\nservers = 3\n";
    let base = file::parse(base).expect("it is a scenario");
    let knob = Knob::new(&base, name, values).expect("it can be turned");
    let measure = "until RequestVote term 2 is sent".parse().expect("it can be measured");
    let sweep = Sweep::new(&base, knob, measure, 0..SEEDS).expect("it can be swept");
    let runs: Vec<Option<u64>> = (0..sweep.runs()).map(|run| sweep.measured(run).expect("it can be run")).collect();
    let values = sweep.by_value(&runs);
    let numbers = values.iter().map(|value| value.iter().map(|(_, number)| *number).collect::<Vec<_>>());
    numbers.map(|numbers| Summary::of(&numbers, true)).map(|all| 1.0 - all.none as f64 / all.runs as f64).collect()
}

#[test]
fn sweeps_draw_the_shares_of_split_votes_that_are_derived() {
    let of = |name: &str, values: &str, due: [f64; 3]| {
        let found = swept(name, values);
        println!("{name} {values}: split {found:?}, derived {due:?}");
        assert_eq!(found.len(), due.len());
        for (found, due) in found.into_iter().zip(due) {
            // Four standard deviations.
            let noise = 4.0 * (due * (1.0 - due) / SEEDS as f64).sqrt();
            assert!((found - due).abs() < noise + 0.001, "{name} {values}: {found} and {due}");
        }
    };
    of("network.latency", "5ms,15ms,30ms", [5.0, 15.0, 30.0].map(|latency| derived(3, 150.0, latency)));
    of("servers", "3,4,5", [3, 4, 5].map(|servers| derived(servers, 150.0, 15.0)));
    let widths = [50.0, 100.0, 150.0].map(|width| derived(3, width, 15.0));
    of("election_timeout", "150ms..200ms,150ms..250ms,150ms..300ms", widths);
}
