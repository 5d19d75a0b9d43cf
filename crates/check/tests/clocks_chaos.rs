//! Clocks under a thousand seeds of every fault that they are meant to survive: the clock condition, for vectors its
//! converse, and for hybrid clocks the bounds.

use lightcone_check::{ChaosSettings, chaos};
use lightcone_core::{
    Micros, Protocol, Sorted, Span,
    protocols::{
        hlc::{self, Hlc},
        lamport::{self, Lamport},
        vector::{self, Vector},
    },
};
use lightcone_sim::{LocalClock, Network, Run, Scenario, view::Fate};

const HORIZON: Micros = Micros::ms(1_500);
const SEEDS: u64 = 1_000;

#[derive(Debug, Default)]
struct Tally {
    events: usize,
    received: usize,
    lost: usize,
    copies: usize,
}

/// Processes that chatter, some of which join late, on links of all kinds of trouble.
fn survive<P: Protocol>(config: impl Fn(u64, u64) -> P::Config) {
    let mut tally = Tally::default();
    for seed in 0..SEEDS {
        let network = Network { loss: u8::try_from(seed % 4 * 5).unwrap(), ..Network::default() };
        // They stand up to 25 ms apart, and gain up to 1.5 ms until the end.
        let clock = |n: u64| LocalClock {
            offset: Micros(seed * n * 7_919 % 25_000),
            drift: i32::try_from(seed * n % 2_000).unwrap() - 1_000,
        };
        let clocks: Sorted<String, LocalClock> = (1..=5).map(|n| (format!("n{n}"), clock(n))).collect();
        let scenario = Scenario { seed, until: HORIZON, network, clocks, ..Scenario::default() };
        let mut run = Run::new::<P>(config(2 + seed % 4, seed / 4 % 2), scenario).unwrap();
        let settings = ChaosSettings { calm: 100, copying: 20, reorder: 20, lossy: 20, ..ChaosSettings::default() };
        run.edit(chaos(run.setup(), &settings, seed, HORIZON, 1)).unwrap();
        run.finish();
        let trace = run.trace();
        assert!(trace.broken.is_empty(), "seed {seed}: {:?}\n{:#?}", trace.broken, run.scenario().interventions);
        assert!(trace.violations.is_empty(), "seed {seed}: {:?}", trace.violations);
        tally.events += trace.events.len();
        for message in &trace.messages {
            tally.copies += usize::from(message.copy);
            match message.fate {
                Fate::Delivered(_) => tally.received += 1,
                Fate::Lost(_) => tally.lost += 1,
                Fate::Flying | Fate::Parked | Fate::Waiting => {}
            }
        }
    }
    println!("{}: {SEEDS} seeds, {tally:?}", P::ABOUT.id);
    let Tally { events, received, lost, copies } = tally;
    assert!(received * 4 > events && lost * 20 > received && copies * 100 > received, "{events} events, {received}");
}

const PACE: Span = Span::ms(20, 60);

#[test]
fn a_thousand_seeds_keep_the_clock_condition() {
    survive::<Lamport>(|processes, late| lamport::Config { processes, late, pace: PACE, ..Default::default() });
}

#[test]
fn a_thousand_seeds_keep_the_clock_condition_and_its_converse() {
    survive::<Vector>(|processes, late| vector::Config { processes, late, pace: PACE, ..Default::default() });
}

#[test]
fn a_thousand_seeds_keep_hybrid_clocks_near_the_clocks_of_the_wall() {
    survive::<Hlc>(|processes, late| hlc::Config { processes, late, pace: PACE, ..Default::default() });
}
