//! Histories that somebody drew, as events and back, and what every model says of them.

use super::{
    Ended, Event, Keys, Kind, Malformed, Pair, Readable, line, models::DIFFERS, operations, pairs, steps, transactions,
};
use crate::sketch::{Act, End, MOST_ACTS, MOST_LANES, Object, Sketch};
use lightcone_check::{
    Moment,
    opinions::{MODELS, Model, Opinion, opinions as ask},
    transactions::{LEVELS, opinions as isolation},
};
use lightcone_core::{
    Micros,
    services::{KeyValue, Lock, Queue, Set},
};
use serde_json::{Value, json};

/// So far each judge goes.
const STEPS: u64 = 100_000;
/// What was read where there was nothing.
pub(super) const NOTHING: &str = "nothing";
/// Between two events of a history that has no clock.
const PACE: u32 = 100;

/// An event with the place of its operation and its instant.
pub type Stamped = (Event, usize, u32);

/// What the models say of a drawn history.
#[derive(Clone, Debug)]
pub struct Judgement {
    /// What each of the models says; its operations are places among those drawn, and its instants those drawn.
    pub opinions: Vec<Opinion>,
    /// The same history as JSON Lines.
    pub lines: String,
}

/// Judges a drawn history.
///
/// # Errors
/// The operation that means nothing, by its place, and why.
pub fn judge(sketch: &Sketch) -> Result<Judgement, (usize, String)> {
    let events = events_of(sketch)?;
    let lines: Vec<String> = events.iter().map(|(event, ..)| line(event)).collect();
    let moments: Vec<(usize, u32)> = events.iter().map(|(_, act, at)| (*act, *at)).collect();
    let wrong = |wrong: Malformed| (moments[wrong.line as usize - 1].0, wrong.why);
    let pairs = pairs(events.into_iter().map(|(event, ..)| event).collect()).map_err(wrong)?;
    let when = |moment: Moment| moments[moment.event as usize - 1].1.to_string();
    let mut opinions = opinions(sketch.object, &pairs, &when).map_err(wrong)?;
    for opinion in &mut opinions {
        // Lines are what the judges count in.
        opinion
            .about
            .iter_mut()
            .chain(&mut opinion.error)
            .for_each(|line| *line = moments[*line as usize - 1].0 as u32);
        for (line, at) in &mut opinion.order {
            // Between this line and the next one: every operation that is open here is open there.
            let time = |line: usize| moments.get(line).or(moments.last()).map_or(0, |(_, time)| *time);
            *at = at.map(|at| at.0 as usize).map(|at| Micros(u32::midpoint(time(at - 1), time(at)).into()));
            *line = moments[*line as usize - 1].0 as u32;
        }
    }
    Ok(Judgement { opinions, lines: lines.join("\n") })
}

/// The models that speak of operations on an object.
pub fn models(object: Object) -> &'static [Model] {
    match object {
        Object::Transactions => &LEVELS,
        _ => &MODELS,
    }
}

/// What each of the [`models`] says of operations on an object.
///
/// # Errors
/// The line that means nothing for this object.
pub fn opinions(object: Object, pairs: &[Pair], when: &dyn Fn(Moment) -> String) -> Result<Vec<Opinion>, Malformed> {
    match object {
        Object::Store => of::<KeyValue>(pairs, when),
        Object::Queue => of::<Queue>(pairs, when),
        Object::Set => of::<Set>(pairs, when),
        Object::Lock => of::<Lock>(pairs, when),
        Object::Transactions => Ok(isolation(&transactions(pairs, Keys::Either)?)),
    }
}

fn of<S: Readable>(pairs: &[Pair], when: &dyn Fn(Moment) -> String) -> Result<Vec<Opinion>, Malformed> {
    let (operations, specs) = operations::<S>(pairs)?;
    Ok(ask(&operations, &specs, STEPS, when))
}

/// The events of a drawn history in their order, each with the place of its operation and its instant. What begins at an
/// instant comes before what ends there: the two overlap.
///
/// # Errors
/// The operation that means nothing, by its place, and why.
pub fn events_of(sketch: &Sketch) -> Result<Vec<Stamped>, (usize, String)> {
    let mut events = Vec::new();
    let registers = steps::registers(&sketch.acts);
    for (place, act) in sketch.acts.iter().enumerate() {
        let event = |kind, key: &Option<Value>, value: Value| {
            let f = function(sketch.object, &act.words);
            Event {
                line: 0,
                place: 0,
                process: format!("c{}", act.lane + 1),
                kind,
                f,
                key: key.clone(),
                value,
                valued: true,
            }
        };
        let (key, value) = asked(sketch.object, &act.words).map_err(|why| (place, why))?;
        events.push((act.from, false, place, event(Kind::Invoke, &key, value.clone())));
        events.extend(match act.end {
            End::Open => None,
            End::Failed => Some((act.to, true, place, event(Kind::Fail, &key, value))),
            End::Told => {
                let answer = answered(sketch.object, act, value, &registers).map_err(|why| (place, why))?;
                Some((act.to, true, place, event(Kind::Ok, &key, answer)))
            }
        });
    }
    lightcone_core::order::sort_by_key(&mut events, |(at, ends, place, _)| (*at, *ends, *place));
    let lines = (1..).zip(events);
    Ok(lines.map(|(line, (at, _, act, event))| (Event { line, place: line, ..event }, act, at)).collect())
}

/// The function of an operation.
fn function(object: Object, words: &str) -> String {
    match object {
        Object::Transactions => "txn".into(),
        _ => words.split_whitespace().next().unwrap_or_default().into(),
    }
}

/// The key and the value that an operation is asked with.
fn asked(object: Object, words: &str) -> Result<(Option<Value>, Value), String> {
    if object == Object::Transactions {
        return Ok((None, steps::asked(words)?));
    }
    let words: Vec<&str> = words.split_whitespace().collect();
    Ok(match (object, words.as_slice()) {
        (Object::Store, ["get", key]) => (Some((*key).into()), Value::Null),
        (Object::Store, ["put" | "append", key, value]) => (Some((*key).into()), (*value).into()),
        (Object::Store, ["cas", key, old, new]) => (Some((*key).into()), json!([old, new])),
        (Object::Queue, ["enqueue", value]) => (None, (*value).into()),
        (Object::Set, ["add" | "remove" | "contains", value]) => (None, (*value).into()),
        (Object::Queue, ["dequeue"]) | (Object::Set, ["read"]) | (Object::Lock, ["acquire" | "release"]) => {
            (None, Value::Null)
        }
        _ => {
            let known = match object {
                Object::Store => "`get x`, `put x 1`, `append x 1` or `cas x 1 2`",
                Object::Queue => "`enqueue 1` or `dequeue`",
                Object::Set => "`add 1`, `remove 1`, `contains 1` or `read`",
                Object::Lock | Object::Transactions => "`acquire` or `release`",
            };
            return Err(format!("`{}` is no operation: write {known}", words.join(" ")));
        }
    })
}

/// What an answer is as a value.
fn answered(object: Object, act: &Act, asked: Value, registers: &[String]) -> Result<Value, String> {
    if object == Object::Transactions {
        return steps::answered(asked, &act.answer, registers);
    }
    let (f, answer) = (act.words.split_whitespace().next().unwrap_or_default(), act.answer.as_str());
    let wrong = |known: &str| Err(format!("`{}` is answered {known}, not `{answer}`", act.words));
    match (object, f) {
        (Object::Store, "get") | (Object::Queue, "dequeue") => match answer {
            "" => wrong("with a value or `nothing`"),
            NOTHING => Ok(Value::Null),
            value => Ok(value.into()),
        },
        (Object::Set, "contains") => match answer {
            "yes" => Ok(true.into()),
            "no" => Ok(false.into()),
            _ => wrong("`yes` or `no`"),
        },
        (Object::Store, "cas") if answer == DIFFERS => Ok(false.into()),
        (Object::Set, "read") if answer == NOTHING => Ok(json!([])),
        (Object::Set, "read") => Ok(answer.split_whitespace().collect()),
        _ if answer == "ok" => Ok(asked),
        (Object::Store, "cas") => wrong("`ok` or `differs`"),
        _ => wrong("`ok`"),
    }
}

/// The drawing of a history that was read: one lane for each process, and events at an even pace.
///
/// # Errors
/// The line that cannot be drawn, and why.
pub fn sketch_of(object: Object, events: Vec<Event>) -> Result<Sketch, Malformed> {
    let mut lanes: Vec<String> = Vec::new();
    let mut sketch = Sketch::new(object, 1);
    let pairs = pairs(events)?;
    for pair in &pairs {
        let line = pair.asked.line;
        let refuse = |why: String| Malformed::new(line, why);
        let lane = lanes.iter().position(|name| *name == pair.asked.process).unwrap_or_else(|| {
            lanes.push(pair.asked.process.clone());
            lanes.len() - 1
        });
        if lane >= MOST_LANES.into() || sketch.acts.len() >= MOST_ACTS {
            return Err(refuse(format!("more than {MOST_LANES} processes or {MOST_ACTS} operations cannot be drawn")));
        }
        let words = words_of(object, &pair.asked).map_err(refuse)?;
        let (to, end) = match &pair.end {
            Ended::Told(told) => (told.line, End::Told),
            Ended::Failed(failed) => (failed.line, End::Failed),
            Ended::Open => (line, End::Open),
        };
        let answer = String::new();
        sketch.acts.push(Act { lane: lane as u8, from: line * PACE, to: to * PACE, end, words, answer });
    }
    // How a read of a transaction is drawn hangs on all that was written.
    let registers = steps::registers(&sketch.acts);
    for (act, pair) in sketch.acts.iter_mut().zip(&pairs) {
        if let Ended::Told(told) = &pair.end {
            if object == Object::Transactions {
                steps::same(&told.value, &act.words).map_err(|why| Malformed::new(told.line, why))?;
            }
            act.answer = answer_of(object, told, &registers).map_err(|why| Malformed::new(told.line, why))?;
        }
    }
    // What cannot be judged is not drawn: a drawing would not show that an answer is to something else.
    match object {
        Object::Store => drop(operations::<KeyValue>(&pairs)?),
        Object::Queue => drop(operations::<Queue>(&pairs)?),
        Object::Set => drop(operations::<Set>(&pairs)?),
        Object::Lock => drop(operations::<Lock>(&pairs)?),
        Object::Transactions => {}
    }
    sketch.lanes = (lanes.len() as u8).max(1);
    sketch.sort();
    sketch.check().map_err(|why| Malformed::new(1, why))?;
    Ok(sketch)
}

/// A value as one word of a drawing, which words, steps and answers are told apart by.
pub(super) fn plain(value: &Value) -> Result<String, String> {
    let text = super::text(value)?;
    let apart = |letter: char| letter.is_whitespace() || letter == ';' || letter == '=';
    if text.is_empty() || text.contains(apart) {
        return Err(format!("{value} cannot be drawn: a value is one word, without `;` and `=`"));
    }
    Ok(text.to_string())
}

/// A value that was read, as one word of a drawing.
pub(super) fn told(value: &Value) -> Result<String, String> {
    match plain(value)?.as_str() {
        NOTHING => Err(format!("{value} cannot be drawn: as an answer it says that there was none")),
        word => Ok(word.into()),
    }
}

/// Values that were read, side by side.
pub(super) fn told_all(all: &[Value]) -> Result<String, String> {
    let words = all.iter().map(told).collect::<Result<Vec<String>, String>>()?;
    Ok(if words.is_empty() { NOTHING.into() } else { words.join(" ") })
}

/// What was asked, as a person writes it.
fn words_of(object: Object, event: &Event) -> Result<String, String> {
    if object == Object::Transactions {
        return steps::words(&event.value);
    }
    let f = match (object, event.f.as_str()) {
        (Object::Store, "read") => "get",
        (Object::Store, "write") => "put",
        (_, f) => f,
    };
    let mut words = f.to_string();
    let mut add = |value: &Value| plain(value).map(|text| words = format!("{words} {text}"));
    let (key, value) = match (&event.key, &event.value) {
        (None, Value::Array(both)) if object == Object::Store && both.len() == 2 && f != "cas" => {
            (Some(both[0].clone()), both[1].clone())
        }
        (None, Value::Array(both)) if object == Object::Store && both.get(1).is_some_and(Value::is_array) => {
            (Some(both[0].clone()), both[1].clone())
        }
        (None, value) if object == Object::Store => (Some("register".into()), value.clone()),
        (key, value) => (key.clone(), value.clone()),
    };
    key.iter().try_for_each(&mut add)?;
    match &value {
        _ if matches!(f, "get" | "dequeue" | "read" | "acquire" | "release") => {}
        Value::Array(all) => all.iter().try_for_each(&mut add)?,
        value => add(value)?,
    }
    asked(object, &words).map(|_| words)
}

/// What was answered, as a person writes it.
fn answer_of(object: Object, event: &Event, registers: &[String]) -> Result<String, String> {
    if object == Object::Transactions {
        return steps::answer(&event.value, registers);
    }
    let value = match (&event.key, &event.value) {
        (None, Value::Array(both)) if object == Object::Store && both.len() == 2 => &both[1],
        (_, value) => value,
    };
    match (object, event.f.as_str()) {
        (Object::Store, "get" | "read") | (Object::Queue, "dequeue") if value.is_null() => Ok(NOTHING.into()),
        (Object::Store, "get" | "read") | (Object::Queue, "dequeue") => told(value),
        (Object::Set, "contains") => match value {
            Value::Bool(is_in) => Ok(if *is_in { "yes" } else { "no" }.into()),
            other => Err(format!("{other} is neither true nor false")),
        },
        (Object::Set, "read") => match value {
            Value::Array(all) => told_all(all),
            other => Err(format!("{other} is no list of elements")),
        },
        (Object::Store, "cas") if *value == false || value == DIFFERS => Ok(DIFFERS.into()),
        _ => Ok("ok".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{MODELS, Stance, history::read, sketch::EXAMPLES};

    fn stances(title: &str) -> Vec<Stance> {
        let (_, text) = EXAMPLES.iter().find(|(known, _)| known.starts_with(title)).expect("it is an example");
        let judgement = judge(&Sketch::parse(text).unwrap()).unwrap();
        judgement.opinions.iter().map(|opinion| opinion.stance).collect()
    }

    #[test]
    fn examples_show_what_their_titles_say() {
        use Stance::{Broken, Holds, Unfit};
        assert_eq!(stances("Stale read")[..2], [Broken, Holds]);
        assert_eq!(stances("Two who never agree")[1..4], [Broken, Holds, Broken]);
        assert_eq!(stances("Agreed too late")[1..4], [Broken, Broken, Holds]);
        let place = |name| MODELS.iter().position(|model| model.name == name).unwrap();
        assert_eq!(stances("Back in time")[place("monotonic reads")], Broken);
        assert_eq!(stances("Back in time")[place("read your writes")], Holds);
        assert_eq!(stances("An effect")[place("writes follow reads")], Broken);
        assert_eq!(stances("A crash")[0], Holds);
        assert_eq!(stances("Two enqueues"), [Holds, Holds, Unfit, Unfit, Unfit, Unfit, Unfit, Unfit]);
        assert_eq!(stances("A lock")[..2], [Broken, Holds]);
        assert_eq!(stances("Write skew"), [Broken, Broken, Broken, Holds, Holds, Holds]);
        assert_eq!(stances("A lost update")[3..], [Broken, Broken, Holds]);
        assert_eq!(stances("A long fork"), [Broken, Broken, Broken, Broken, Broken, Holds]);
        assert_eq!(stances("Read what")[5], Broken);
    }

    #[test]
    fn the_first_wrong_answer_is_named_by_its_operation() {
        let text = "store 2\n1 0 100 put x 1 = ok\n2 150 250 get x = nothing\n2 300 400 get x = nothing";
        let judgement = judge(&Sketch::parse(text).unwrap()).unwrap();
        let [linearizable, sequential, ..] = &judgement.opinions[..] else { panic!("there are eight") };
        assert_eq!((linearizable.stance, linearizable.error), (Stance::Broken, Some(1)), "{}", linearizable.words);
        assert_eq!((sequential.stance, sequential.error), (Stance::Holds, None));
    }

    #[test]
    fn a_drawing_survives_the_way_through_json_lines() {
        for (title, text) in EXAMPLES {
            let sketch = Sketch::parse(text).unwrap();
            let judgement = judge(&sketch).unwrap();
            let again = sketch_of(sketch.object, read(&judgement.lines).unwrap()).unwrap();
            let words = |sketch: &Sketch| {
                let mut words: Vec<_> =
                    sketch.acts.iter().map(|a| (a.words.clone(), a.answer.clone(), a.end)).collect();
                words.sort_by(|a, b| (&a.0, &a.1).cmp(&(&b.0, &b.1)));
                words
            };
            assert_eq!(words(&again), words(&sketch), "{title}");
            let stances = |judged: &Judgement| judged.opinions.iter().map(|o| o.stance).collect::<Vec<_>>();
            assert_eq!(stances(&judge(&again).unwrap()), stances(&judgement), "{title}");
        }
    }

    #[test]
    fn a_comparison_that_failed_is_judged_by_what_it_says() {
        for (put, stance) in [("1", Stance::Holds), ("2", Stance::Broken)] {
            let text = format!("store 1\n1 0 10 put x {put} = ok\n1 20 30 cas x 2 3 = differs");
            let judgement = judge(&Sketch::parse(&text).unwrap()).unwrap();
            assert_eq!(judgement.opinions[0].stance, stance, "{}", judgement.lines);
            let again = sketch_of(Object::Store, read(&judgement.lines).unwrap()).unwrap();
            assert_eq!(again.acts[1].answer, "differs");
        }
    }

    #[test]
    fn what_means_nothing_is_told_with_its_operation() {
        for (text, place, why) in [
            ("store 1\n1 0 10 get x = 1\n1 20 30 take x = 1", 1, "no operation"),
            ("store 1\n1 0 10 cas x 1 2 = 1", 0, "answered `ok` or `differs`"),
            ("queue 1\n1 0 10 enqueue 1 = 7", 0, "answered `ok`"),
            ("set 1\n1 0 10 contains 1 = maybe", 0, "`yes` or `no`"),
            ("transactions 1\n1 0 10 read x; take y = 1; 2", 0, "`take y` is no step"),
            ("transactions 1\n1 0 10 read x; read y = 1", 0, "2 reads, and 1 answers"),
        ] {
            let (act, words) = judge(&Sketch::parse(text).unwrap()).unwrap_err();
            assert_eq!(act, place, "{words}");
            assert!(words.contains(why), "{words}");
        }
    }

    #[test]
    fn what_cannot_be_drawn_is_refused_with_its_line_and_never_changed() {
        let asked = |f: &str, value: &str| format!(r#"{{"process":1,"type":"invoke","f":"{f}","value":{value}}}"#);
        let told = |f: &str, value: &str| format!(r#"{{"process":1,"type":"ok","f":"{f}","value":{value}}}"#);
        for (object, f, ask, tell, line, why) in [
            (Object::Transactions, "txn", r#"[["r","x",null]]"#, r#"[["r","x",[1,null]]]"#, 2, "null is no plain"),
            (Object::Transactions, "txn", r#"[["r","x",null]]"#, r#"[["r","x",7]]"#, 2, "nothing writes \"x\""),
            (Object::Transactions, "txn", r#"[["w","x","a; read y"]]"#, r#"[["w","x","a"]]"#, 1, "one word"),
            (Object::Transactions, "txn", r#"[["r","x",null]]"#, "null", 2, "null is no list of steps"),
            (Object::Transactions, "txn", r#"[["r","x",null]]"#, r#"[["r","y",[]]]"#, 2, "other steps than were asked"),
            (Object::Transactions, "txn", r#"[["r","x",null]]"#, "[]", 2, "[] is no list of steps"),
            (Object::Set, "read", "null", "[1,[2]]", 2, "[2] is no plain value"),
            (Object::Set, "contains", "1", "null", 2, "neither true nor false"),
            (Object::Store, "read", "null", r#""nothing""#, 2, "says that there was none"),
            (Object::Store, "read", "null", r#""a b""#, 2, "one word"),
            (Object::Store, "write", r#""a b""#, r#""a b""#, 1, "one word"),
            (Object::Queue, "dequeue", "null", "{}", 2, "{} is no plain value"),
            (Object::Store, "read", r#"["x",null]"#, r#"["y",1]"#, 2, "answers other than was asked in line 1"),
            (Object::Store, "write", r#"["x",1]"#, r#"["x",2]"#, 2, "answers other than was asked in line 1"),
            (Object::Lock, "acquire", r#"["x",null]"#, "null", 1, "no keys"),
        ] {
            let events = read(&format!("{}\n{}", asked(f, ask), told(f, tell))).unwrap();
            let refused = sketch_of(object, events).unwrap_err();
            assert_eq!(refused.line, line, "{}", refused.why);
            assert!(refused.why.contains(why), "{f} {tell}: {}", refused.why);
        }
    }
}
