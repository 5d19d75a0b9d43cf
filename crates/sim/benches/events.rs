//! How many events a second the engine handles: five-server Raft with a client that works without pause.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use lightcone_core::{Micros, Span, protocols::raft::Raft};
use lightcone_sim::{Network, Run, Scenario, Workload};

// As in the terminal.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn scenario(until: Micros) -> Scenario<<Raft as lightcone_core::Protocol>::Config> {
    Scenario {
        config: Default::default(),
        seed: 7,
        until,
        network: Network { latency: Span::ms(1, 5), ..Network::default() },
        workload: Some(Workload {
            start: Micros::ms(400),
            pause: Span::ms(1, 5),
            operations: u32::MAX,
            reads: 25,
            keys: 4,
        }),
        clocks: Default::default(),
        interventions: Vec::new(),
    }
}

fn computed(until: Micros) -> Run<Raft> {
    let mut run = Run::<Raft>::new(scenario(until)).expect("the default settings can be run");
    run.finish();
    run
}

fn events(c: &mut Criterion) {
    let until = Micros::ms(60_000);
    let count = computed(until).trace().events.len() as u64;
    let mut group = c.benchmark_group("raft-5");
    group.throughput(Throughput::Elements(count));
    group.bench_function("events, traced, with invariants", |b| b.iter(|| computed(until)));
    group.finish();
}

fn replay(c: &mut Criterion) {
    let run = computed(Micros::ms(60_000));
    let middle = run.trace().events.len() / 2;
    let mut group = c.benchmark_group("raft-5");
    group.throughput(Throughput::Elements(1));
    group.bench_function("state after an event in the middle", |b| b.iter(|| run.at(middle + 300)));
    group.finish();
}

criterion_group!(benches, events, replay);
criterion_main!(benches);
