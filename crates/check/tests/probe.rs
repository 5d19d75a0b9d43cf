mod common;
use common::*;
use lightcone_core::{
    Micros, Span,
    protocols::raft::{Bug, Config},
};
use lightcone_sim::Network;
use std::collections::BTreeMap;
#[test]
fn probe() {
    let n: u64 = std::env::var("N").unwrap_or("300".into()).parse().unwrap();
    let only = std::env::var("BUG").unwrap_or_default();
    for bug in [
        Bug::VoteTwice,
        Bug::ForgetVote,
        Bug::VoteWithoutLog,
        Bug::VoteByLength,
        Bug::CommitOldTerm,
        Bug::CommitBeyond,
        Bug::TruncateAlways,
        Bug::ResetOnAnyMessage,
        Bug::StaleRead,
        Bug::ApplyTwice,
    ] {
        if !only.is_empty() && format!("{bug:?}") != only {
            continue;
        }
        for (servers, max_entries, lat) in [
            (5, 16, Span::ms(5, 20)),
            (3, 1, Span::ms(5, 20)),
            (5, 1, Span::ms(5, 100)),
            (3, 16, Span::ms(5, 100)),
            (5, 16, Span::ms(1, 60)),
        ] {
            let mut found: BTreeMap<String, (u32, u64)> = BTreeMap::new();
            for seed in 0..n {
                let config =
                    Config { servers, max_entries, bug, client_timeout: Span::ms(100, 200), ..Config::default() };
                let mut s = scenario(config, seed);
                s.network = Network { latency: lat, loss: u8::try_from(seed % 4 * 3).unwrap(), ..Network::default() };
                s.interventions = faults(&s, 4 + u32::try_from(seed % 7).unwrap() * 4, seed);
                let run = std::panic::catch_unwind(|| {
                    let r = run(s);
                    lightcone_check::judge(&r, lightcone_check::Limits::default()).wrong().join("+")
                });
                let key = run.unwrap_or("panic".into());
                let e = found.entry(key).or_insert((0, seed));
                e.0 += 1;
            }
            println!("{bug:?} n={servers} max={max_entries} lat={lat}: {found:?}");
        }
    }
    let _ = Micros::ZERO;
}
