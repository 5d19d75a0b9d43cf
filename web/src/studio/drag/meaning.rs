//! What a drag means as data: the interventions of the scene after it.

use super::{Held, Kind, Part};
use lightcone_core::Micros;
use lightcone_sim::{Fault, Intervention, Selector, Until, When};

/// Where something was dragged to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Aim {
    /// The instant at which it shall be.
    pub at: Micros,
    /// How long a message then flies, or a timer runs on its own clock.
    pub length: Micros,
    /// Whether it was pulled off its lane.
    pub off: bool,
    /// The end of the run.
    pub until: Micros,
    /// An id that no intervention has.
    pub fresh: u32,
}

/// The interventions after a drag. What was done to the same thing before is changed, and nothing is piled on it.
///
/// # Errors
/// Why this cannot be dragged so, as a sentence without its end.
pub fn meaning(all: &[Intervention], held: &Held, aim: Aim) -> Result<Vec<Intervention>, String> {
    let mut all = all.to_vec();
    match &held.kind {
        Kind::Message { selector, sent } => message(&mut all, held, (selector, *sent), aim),
        Kind::Timer { arming, firing } => timer(&mut all, held, (arming, firing), aim),
        Kind::Lasting { id, from, to } => lasting(&mut all, held.part, *id, (*from, *to), aim)?,
        Kind::Down { id, from, to, back } => down(&mut all, held.part, *id, (*from, *to), (*back, aim))?,
        Kind::Moment(id) => moment(&mut all, *id, aim.at)?,
        Kind::Work { client } => work(&mut all, held, client, aim)?,
    }
    Ok(all)
}

/// Something done to a message or to the arming of a timer: in place of what was done to its flight before.
fn settle(all: &mut Vec<Intervention>, held: &Held, selector: &Selector, fault: Fault, fresh: u32) {
    let same = |one: &Intervention| {
        let on = matches!(&one.when, When::On { selector: of, .. } if of == selector);
        on && matches!(one.fault, Fault::Move { .. } | Fault::Drop)
    };
    let Some(first) = all.iter().position(same) else {
        let when = When::On { selector: selector.clone(), name: held.name };
        all.push(Intervention { id: fresh, when, until: Until::End, fault });
        return;
    };
    all[first].fault = fault;
    let kept = all[first].id;
    all.retain(|one| one.id == kept || !same(one));
}

fn message(all: &mut Vec<Intervention>, held: &Held, (selector, sent): (&Selector, Micros), aim: Aim) {
    if aim.off {
        return settle(all, held, selector, Fault::Drop, aim.fresh);
    }
    let delivered = |fault: &Fault| matches!(fault, Fault::Deliver { message } if message == selector);
    match by_hand(all, held.origin, delivered) {
        Some(one) => one.when = When::At(aim.at.max(sent.plus(Micros(1)))),
        None => settle(all, held, selector, Fault::Move { to: aim.length.max(Micros(1)) }, aim.fresh),
    }
}

fn timer(all: &mut Vec<Intervention>, held: &Held, (arming, firing): (&Selector, &Selector), aim: Aim) {
    let fired = |fault: &Fault| matches!(fault, Fault::Fire { timer } if timer.what == firing.what);
    match by_hand(all, held.origin, fired) {
        Some(one) => one.when = When::At(aim.at),
        None => settle(all, held, arming, Fault::Move { to: aim.length.max(Micros(1)) }, aim.fresh),
    }
}

/// What someone did at an instant, if it is of some kind.
fn by_hand(all: &mut [Intervention], at: Micros, is: impl Fn(&Fault) -> bool) -> Option<&mut Intervention> {
    all.iter_mut().find(|one| one.when == When::At(at) && is(&one.fault))
}

/// The place of an intervention.
fn place_of(all: &[Intervention], id: u32) -> Result<usize, String> {
    all.iter().position(|one| one.id == id).ok_or_else(|| "this is not written in the scene".into())
}

/// Whether something begins at an instant, so that this can be another one.
fn has_instant(one: &Intervention) -> Result<(), String> {
    match &one.when {
        When::At(_) => Ok(()),
        When::On { selector, .. } => Err(format!("this is done to {selector}, and moves with it")),
        When::If(condition) => Err(format!("this happens when {condition}, whenever that is")),
    }
}

fn moment(all: &mut [Intervention], id: u32, at: Micros) -> Result<(), String> {
    let one = &mut all[place_of(all, id)?];
    has_instant(one)?;
    one.when = When::At(at);
    Ok(())
}

/// An instant moved by as much as `from` to `at`.
fn shifted(instant: Micros, from: Micros, at: Micros) -> Micros {
    if at >= from { instant.plus(at.minus(from)) } else { instant.minus(from.minus(at)) }
}

fn lasting(
    all: &mut [Intervention],
    part: Part,
    id: u32,
    (from, to): (Micros, Option<Micros>),
    aim: Aim,
) -> Result<(), String> {
    let one = &mut all[place_of(all, id)?];
    if part == Part::End {
        one.until = end_at(one, from, aim);
        return Ok(());
    }
    has_instant(one).map_err(|why| format!("{why}: only its end can be dragged"))?;
    let at = if part == Part::Body { aim.at } else { aim.at.min(to.unwrap_or(aim.until).minus(Micros(1))) };
    one.when = When::At(at);
    one.until = match (one.until, part) {
        (Until::At(end), Part::Body) => Until::At(shifted(end, from, at)),
        (Until::For(length), Part::Start) => Until::For(shifted(length, at, from)),
        (until, _) => until,
    };
    Ok(())
}

/// The end of something that begins at `from`, in the way in which its end was said before.
fn end_at(one: &Intervention, from: Micros, aim: Aim) -> Until {
    let end = aim.at.max(from.plus(Micros(1)));
    match one.until {
        _ if end >= aim.until => Until::End,
        Until::For(_) => Until::For(end.minus(from)),
        Until::End if one.start().is_none() => Until::For(end.minus(from)),
        Until::End | Until::At(_) => Until::At(end),
    }
}

/// A crash and what ends it: `back` starts the participant again.
fn down(
    all: &mut Vec<Intervention>,
    part: Part,
    id: u32,
    (from, to): (Micros, Option<Micros>),
    (back, aim): (Option<u32>, Aim),
) -> Result<(), String> {
    let before = to.unwrap_or(aim.until).minus(Micros(1));
    let after = from.plus(Micros(1));
    match part {
        Part::Start => moment(all, id, aim.at.min(before)),
        Part::Body => {
            moment(all, id, aim.at)?;
            back.zip(to).map_or(Ok(()), |(back, to)| moment(all, back, shifted(to, from, aim.at)))
        }
        Part::End => match (back, &all[place_of(all, id)?].fault) {
            (Some(back), _) => moment(all, back, aim.at.max(after)),
            (None, Fault::Crash { node, .. }) => {
                let fault = Fault::Restart { node: node.clone() };
                all.push(Intervention::at(aim.fresh, aim.at.max(after), fault));
                Ok(())
            }
            (None, _) => Err("who leaves for good does not come back".into()),
        },
    }
}

/// A request of a client's own workload. Its instant is drawn, and no scene can name it: what can be said is that the
/// client pauses until then.
fn work(all: &mut Vec<Intervention>, held: &Held, client: &str, aim: Aim) -> Result<(), String> {
    let until_it = |one: &Intervention| {
        one.until == Until::At(held.origin) && matches!(&one.fault, Fault::Pause { node } if node == client)
    };
    let pause = all.iter().position(until_it);
    let from = pause.and_then(|place| all[place].start()).unwrap_or(held.origin);
    match pause {
        _ if aim.at < from => {
            return Err(format!(
                "{client} asks this by itself, at its own pace: it can ask later, by pausing, and not earlier"
            ));
        }
        Some(place) if aim.at == from => drop(all.remove(place)),
        Some(place) => all[place].until = Until::At(aim.at),
        None => {
            let fault = Fault::Pause { node: client.into() };
            all.push(Intervention::at(aim.fresh, from, fault).until(Until::At(aim.at)));
        }
    }
    Ok(())
}
