//! Raft's elections, measured as chapter 9 of the dissertation does, beside a closed form.
//!
//! All n servers start at once without a leader, and each message flies for exactly d. Their timeouts are independent and
//! uniform in [T, T + W]. Say the first fires at x. Whoever fires within d after that has not heard of it, and is a
//! candidate of the same term; everybody else hears of the first candidate first, since all messages take equally long,
//! and votes for it. With k candidates in all the first one has 1 + (n - k) votes. So its term is split if and only if
//! 1 + n - k is less than a majority m: if the j-th timeout, j = n - m + 2, fires within d after the first.
//!
//! The j - 1 gaps between the first and the j-th of n uniform points take a part of W that is distributed as
//! Beta(j - 1, n - j + 2). With r = d / W (at most 1) the share of split votes is therefore
//!
//! p = sum of C(n, i) rⁱ (1 - r)ⁿ⁻ⁱ for i from j - 1 to n:
//!
//! the chance that of n servers at least j - 1 fall into a part r of the range. For three servers it is 3r² - 2r³.
//!
//! The first timeout fires at T + W / (n + 1) on average, and the votes are there 2d later. After a split all wait anew,
//! the candidates since they became so and the others since they voted, so that within about d everything begins again:
//! until there is a leader it takes about (T + W / (n + 1)) / (1 - p) + 2d. Since not all begin again at once, the range is a
//! little wider after a split, and further ones rarer: where p is large that figure is a bound from above.

use lightcone_core::{
    Micros, Role, Span,
    protocols::raft::{Config, Raft},
};
use lightcone_sim::{Network, Run, Scenario};

const SEEDS: u64 = 10_000;

struct Setting {
    servers: u64,
    /// T and W.
    timeout: (u64, u64),
    /// d.
    latency: u64,
}

struct Found {
    split: f64,
    /// When the first timeout fired, in ms.
    first: f64,
    /// When there was a leader, in ms.
    led: f64,
}

/// Whether the first term was split, when it began, and when there was a leader, in ms.
fn election(setting: &Setting, seed: u64) -> (bool, f64, f64) {
    let (least, width) = setting.timeout;
    let config = Config {
        servers: setting.servers,
        clients: 0,
        election_timeout: Span::ms(least, least + width),
        heartbeat: Micros::ms(least / 2),
        ..Config::default()
    };
    let network = Network { latency: Span::ms(setting.latency, setting.latency).into(), ..Network::default() };
    let scenario = Scenario { seed, until: Micros::ms(60_000), network, ..Scenario::default() };
    let mut run = Run::new::<Raft>(config, scenario).expect("it can be run");
    let became = |run: &Run, role| run.trace().roles.iter().find(|one| one.role == Some(role)).copied();
    let leader = loop {
        if let Some(leader) = became(&run, Role::Leader) {
            break leader;
        }
        assert!(!run.advance(16), "seed {seed}: nobody leads within a minute");
    };
    let first = became(&run, Role::Candidate).expect("whoever leads was a candidate");
    // Whoever is elected in the first term has its votes a round trip after its timeout fired, and nobody has them before.
    let split = leader.at > first.at.plus(Micros::ms(2 * setting.latency));
    (split, first.at.0 as f64 / 1_000.0, leader.at.0 as f64 / 1_000.0)
}

fn measured(setting: &Setting) -> Found {
    let (mut split, mut first, mut led) = (0.0, 0.0, 0.0);
    for seed in 0..SEEDS {
        let (one, began, leader) = election(setting, seed);
        (split, first, led) = (split + f64::from(u8::from(one)), first + began, led + leader);
    }
    let count = SEEDS as f64;
    Found { split: split / count, first: first / count, led: led / count }
}

fn choose(n: u64, i: u64) -> f64 {
    (0..i).map(|k| (n - k) as f64 / (k + 1) as f64).product()
}

/// What the closed form says.
fn derived(setting: &Setting) -> Found {
    let (n, d) = (setting.servers, setting.latency as f64);
    let (least, width) = (setting.timeout.0 as f64, setting.timeout.1 as f64);
    let r = (d / width).min(1.0);
    let j = n - (n / 2 + 1) + 2;
    let power = |base: f64, to: u64| base.powi(i32::try_from(to).expect("there are few servers"));
    let split: f64 = (j - 1..=n).map(|i| choose(n, i) * power(r, i) * power(1.0 - r, n - i)).sum();
    let first = least + width / (n + 1) as f64;
    Found { split, first, led: first / (1.0 - split) + 2.0 * d }
}

#[test]
fn shares_of_split_votes_and_times_to_a_leader_are_as_derived() {
    let settings = [
        (3, (150, 150), 5),
        (3, (150, 150), 15),
        (3, (150, 50), 15),
        (3, (150, 30), 15),
        (4, (150, 150), 15),
        (5, (150, 150), 15),
        (5, (150, 50), 15),
        (7, (150, 100), 15),
    ];
    for (servers, timeout, latency) in settings {
        let setting = Setting { servers, timeout, latency };
        let (found, due) = (measured(&setting), derived(&setting));
        let words = format!(
            "{servers} servers, {} to {} ms, {latency} ms: split {:.2} %, derived {:.2} %; first timeout {:.1} ms, {:.1}; \
             leader {:.1} ms, {:.1}",
            timeout.0,
            timeout.0 + timeout.1,
            found.split * 100.0,
            due.split * 100.0,
            found.first,
            due.first,
            found.led,
            due.led
        );
        println!("{words}");
        // Four standard deviations.
        let noise = 4.0 * (due.split * (1.0 - due.split) / SEEDS as f64).sqrt();
        assert!((found.split - due.split).abs() < noise + 0.001, "{words}");
        assert!((found.first - due.first).abs() < 0.02 * due.first, "{words}");
        assert!(found.led < 1.01 * due.led, "{words}");
        assert!(due.split > 0.25 || found.led > 0.98 * due.led, "{words}");
    }
}
