//! Whether a run promises progress, and from when on.

use lightcone_core::{Micros, NodeSet};
use lightcone_sim::{
    Fault, Lasting, Run,
    trace::{Message, Spell},
    view::{EventKind, Fate, Loss},
};

/// Links that lose more than so many per cent of all messages promise nothing within any bound. Consensus that gets by
/// with a second to spare on links that lose 15 % misses it in 3 of 100 runs at 20 %, and in 9 of 10 at 50 %.
const MOST_LOSS: u8 = 10;

/// When the last fault was over, or why no progress is promised.
pub(super) fn calm(run: &Run) -> Result<Micros, String> {
    if run.scenario().held {
        return Err("the scenario is held: nothing moves unless it is told to".into());
    }
    if let Some((at, words)) = run.void_since(run.scenario().until) {
        return Err(format!("void since {at}: {words}"));
    }
    links(run)?;
    let mut calm = Micros::ZERO;
    for spell in &run.trace().spells {
        calm = calm.max(over(run, spell)?);
    }
    calm = moments(run).fold(calm, Micros::max);
    able(run)?;
    Ok(stragglers(run, calm).fold(calm, Micros::max))
}

/// Whether the links are as progress needs them, faults apart.
fn links(run: &Run) -> Result<(), String> {
    let network = run.scenario().network;
    if network.loss > MOST_LOSS {
        let loss = network.loss;
        return Err(format!(
            "links lose {loss} % of all messages: what is repeated arrives in the end, but nobody can say when"
        ));
    }
    let busy = run.setup().loads.iter().flatten().map(|load| load.service.max).max().unwrap_or_default();
    let longest = network.latency.max().plus(busy);
    run.setup().actors.timely(longest).map_err(|words| format!("messages take up to {longest}: {words}"))
}

/// When something that lasted was over. Whoever lies or pauses to the end is like one who went down then.
fn over(run: &Run, spell: &Spell) -> Result<Micros, String> {
    match (spell.to, &*spell.what) {
        (Some((to, _)), _) => Ok(to),
        (None, Lasting::Pause(_) | Lasting::Liar(..)) => Ok(spell.from),
        (None, _) => {
            let words = run.intervention(spell.id).map(|one| one.fault.words()).unwrap_or_default();
            Err(format!("`{words}` lasts to the end"))
        }
    }
}

/// The instants of what was over at once: who went down or came up, and what was done to single messages and timers.
fn moments(run: &Run) -> impl Iterator<Item = Micros> {
    let boot = |kind| matches!(kind, EventKind::Start | EventKind::Restart | EventKind::Crash | EventKind::Leave);
    let boots = run.trace().events.iter().filter(move |event| boot(event.kind)).map(|event| event.at);
    let dropped = |message: &&Message| matches!(message.fate, Fate::Lost(Loss::Dropped(_)));
    let drops = run.trace().messages.iter().filter(dropped).map(|message| message.end);
    let done = run.trace().remarks.iter().filter(|remark| {
        let fault = run.intervention(remark.id).map(|one| &one.fault);
        fault.is_some_and(|fault| {
            fault.is_done_to_something() || matches!(fault, Fault::Deliver { .. } | Fault::Fire { .. })
        })
    });
    boots.chain(drops).chain(done.map(|remark| remark.at))
}

/// The arrivals of messages that faults held up beyond their own end: they waited before a clogged link, were parked,
/// or were moved.
fn stragglers(run: &Run, calm: Micros) -> impl Iterator<Item = Micros> {
    let usual = run.scenario().network.latency.max();
    let messages = run.trace().messages.iter().take_while(move |message| message.sent <= calm);
    let held_up = move |message: &&Message| message.end > calm && message.end.minus(message.sent) > usual;
    messages.filter(held_up).filter(|message| !matches!(message.fate, Fate::Lost(_))).map(|message| message.end)
}

/// Whether those that can be relied upon at the end could make progress: in the protocol's own words, or else all of
/// them.
fn able(run: &Run) -> Result<(), String> {
    let (setup, world) = (run.setup(), run.world());
    let there: NodeSet = setup.servers().iter().filter(|node| world.slot(*node).there).collect();
    let awake: NodeSet = world.up().iter().filter(|node| world.slot(*node).paused == 0).collect();
    let reliable = there.intersection(awake).difference(world.liars);
    let states: Vec<_> = setup.servers().iter().map(|node| world.slot(node).machine.clone()).collect();
    let able = match setup.actors.able(&states, reliable) {
        Some(ability) if !ability.able => Err(ability.words),
        Some(_) => Ok(()),
        None if there.difference(reliable).is_empty() => Ok(()),
        None => Err(format!("{} cannot be relied upon to the end", setup.names(there.difference(reliable)))),
    };
    able.map_err(|words| format!("those that are up could not go on: {words}"))
}
