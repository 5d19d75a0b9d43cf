//! What is written about the selected operation.

use super::{Field, SHORTEST, Sandbox, USUAL};
use lightcone_catalog::sketch::{End, Object};

/// What can be asked of an object, and answered, each with an example.
pub fn known(object: Object) -> (&'static [&'static str], &'static str) {
    match object {
        Object::Store => (&["put x 1", "get x", "append x 1", "cas x 1 2"], "ok, a value, nothing, differs"),
        Object::Queue => (&["enqueue 1", "dequeue"], "ok, a value, nothing"),
        Object::Set => (&["add 1", "remove 1", "contains 1", "read"], "ok, yes, no, values, nothing"),
        Object::Lock => (&["acquire", "release"], "ok"),
        Object::Transactions => {
            (&["append x 1", "append x 1; read y", "write z 1; read z"], "ok, or what each read saw: 1 2; nothing")
        }
    }
}

/// What is answered where nothing else is known.
fn answer_to(object: Object, words: &str) -> Option<String> {
    if object == Object::Transactions {
        let reads = words.split(';').filter(|step| step.trim().starts_with("read ")).count();
        return Some(if reads == 0 { "ok".into() } else { vec!["nothing"; reads].join("; ") });
    }
    let answer = match (object, words.split(' ').next()?) {
        (Object::Store, "get") | (Object::Queue, "dequeue") | (Object::Set, "read") => "nothing",
        (Object::Set, "contains") => "no",
        (_, verb) if known(object).0.iter().any(|known| known.split(' ').next() == Some(verb)) => "ok",
        _ => return None,
    };
    Some(answer.into())
}

impl Sandbox {
    /// Writes something of the selected operation.
    pub(super) fn write(&mut self, field: Field, text: &str) {
        let Some(place) = self.selected else { return };
        let mut act = self.sketch.acts[place].clone();
        let object = self.sketch.object;
        let number = text.trim().parse::<u32>();
        match (field, number) {
            (Field::Lane, Ok(lane)) => act.lane = u8::try_from(lane).unwrap_or(u8::MAX),
            (Field::From, Ok(from)) => act.from = from,
            (Field::To, Ok(to)) => act.to = to,
            (Field::Lane | Field::From | Field::To, Err(_)) => {
                self.refused = "That is not a whole number.".into();
                return;
            }
            (Field::Words, _) => {
                // An answer that fits the old question hardly fits another kind of it.
                let (old, new) = (answer_to(object, &act.words), answer_to(object, text));
                if new.is_some() && old != new {
                    act.answer = new.unwrap_or_default();
                }
                act.words = one_line(text);
            }
            (Field::Answer, _) => act.answer = one_line(text),
            (Field::End, _) => {
                act.end = match text {
                    "failed" => End::Failed,
                    "open" => End::Open,
                    _ => End::Told,
                };
                if act.end != End::Open && act.to < act.from + SHORTEST {
                    act.to = act.from + USUAL;
                }
                if act.end == End::Told && act.answer.is_empty() {
                    act.answer = answer_to(object, &act.words).unwrap_or("ok".into());
                }
            }
        }
        let mut sketch = self.sketch.clone();
        sketch.acts[place] = act.clone();
        self.settle(sketch, &act);
    }
}

/// What is written stays on one line and away from what parts a line.
fn one_line(text: &str) -> String {
    let text: String = text.chars().filter(|letter| !letter.is_control() && *letter != '=').take(60).collect();
    text.trim_start().into()
}
