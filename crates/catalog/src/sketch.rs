//! A history that somebody drew: operations on the lanes of clients, as plain words.
//!
//! Its text is what a link holds: the object and how many clients there are, then a line for each operation with its
//! client, when it was asked and answered, what was asked and what was answered:
//!
//! ```text
//! store 2
//! 1 100 300 put x 1 = ok
//! 2 200 - get x
//! ```
//!
//! In place of the end `-` says that there was no answer, and `!` after it that the operation failed and did not take place.

use std::fmt;

/// So many clients there can be.
pub const MOST_LANES: u8 = 12;
/// So many operations there can be: what is drawn by hand is to be judged at once.
pub const MOST_ACTS: usize = 400;
/// No operation begins or ends later.
pub const LATEST: u32 = 100_000;
/// So many letters there can be in what is asked or answered.
const LONGEST: usize = 80;

/// Histories that show what sets models apart: their titles and texts.
pub static EXAMPLES: [(&str, &str); 12] = [
    (
        "Stale read: sequential, not linearizable",
        "store 2\n1 0 150 put x 1 = ok\n1 250 400 put x 2 = ok\n2 500 650 get x = 1",
    ),
    (
        "Two who never agree: causal memory, not sequential",
        "store 4\n1 0 150 put x 1 = ok\n2 0 150 put x 2 = ok\n3 250 400 get x = 1\n3 500 650 get x = 2\n4 250 400 get x = 2\n4 500 650 get x = 1",
    ),
    (
        "Agreed too late: causal convergence, not causal memory",
        "store 2\n1 0 120 put z 1 = ok\n1 200 320 put x 1 = ok\n1 400 520 put y 1 = ok\n2 0 120 put x 2 = ok\n2 200 320 get z = nothing\n2 700 820 get y = 1\n2 900 1020 get x = 2",
    ),
    (
        "Back in time: monotonic reads broken",
        "store 2\n1 0 150 put x 1 = ok\n1 250 400 put x 2 = ok\n2 200 350 get x = 1\n2 500 650 get x = 2\n2 750 900 get x = 1",
    ),
    (
        "An effect without its cause",
        "store 3\n1 0 150 put x 1 = ok\n2 250 400 get x = 1\n2 500 650 put y 1 = ok\n3 750 900 get y = 1\n3 1000 1150 get x = nothing",
    ),
    (
        "A crash: the write may yet take effect",
        "store 2\n1 0 - put x 1\n2 100 250 get x = nothing\n2 350 500 get x = 1",
    ),
    (
        "Two enqueues at once",
        "queue 3\n1 0 300 enqueue 1 = ok\n2 50 250 enqueue 2 = ok\n3 400 550 dequeue = 2\n3 650 800 dequeue = 1",
    ),
    (
        "Write skew: snapshot isolation, not serializable",
        "transactions 2\n1 0 200 read x; append y 1 = nothing\n2 100 300 read y; append x 1 = nothing",
    ),
    (
        "A lost update: read committed, not snapshot isolation",
        "transactions 2\n1 0 200 read x; write x 1 = nothing\n2 100 300 read x; write x 2 = nothing",
    ),
    (
        "A long fork: two readers see two writes in two orders",
        "transactions 4\n1 0 150 append x 1 = ok\n2 0 150 append y 1 = ok\n3 50 250 read x; read y = 1; nothing\n4 50 250 read x; read y = nothing; 1",
    ),
    ("Read what was taken back: not even read committed", "transactions 2\n1 0 200! append x 1\n2 100 300 read x = 1"),
    ("A lock that two have", "lock 2\n1 0 150 acquire = ok\n2 250 400 acquire = ok\n1 500 650 release = ok"),
];

/// What the operations are on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Object {
    /// Registers by name.
    Store,
    /// What is first in is first out.
    Queue,
    /// A set.
    Set,
    /// A lock that one client has at a time.
    Lock,
    /// Lists and registers, several at once.
    Transactions,
}

impl Object {
    /// All of them.
    pub const ALL: [Object; 5] = [Object::Store, Object::Queue, Object::Set, Object::Lock, Object::Transactions];

    /// Its name in a text.
    pub fn name(self) -> &'static str {
        match self {
            Object::Store => "store",
            Object::Queue => "queue",
            Object::Set => "set",
            Object::Lock => "lock",
            Object::Transactions => "transactions",
        }
    }

    /// The object that an operation of these words is on, if the words say whose it is.
    pub fn of(words: &str) -> Option<Object> {
        match words.split(' ').next()? {
            "get" | "put" | "append" | "cas" => Some(Object::Store),
            "enqueue" | "dequeue" => Some(Object::Queue),
            "add" | "remove" | "contains" | "read" => Some(Object::Set),
            _ => None,
        }
    }

    /// The object of this name.
    pub fn named(name: &str) -> Option<Object> {
        Object::ALL.into_iter().find(|object| object.name() == name)
    }
}

/// How an operation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It was answered.
    Told,
    /// It failed, and did not take place.
    Failed,
    /// Nobody knows: the client asks no more.
    Open,
}

/// An operation that somebody drew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Act {
    /// Whose, counted from 0.
    pub lane: u8,
    /// When it was asked.
    pub from: u32,
    /// When it was answered. Of one that was not, as long as it is drawn.
    pub to: u32,
    /// How it ended.
    pub end: End,
    /// What was asked: `put x 3`.
    pub words: String,
    /// What was answered, if anything.
    pub answer: String,
}

/// A history that somebody drew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sketch {
    /// What the operations are on.
    pub object: Object,
    /// How many clients there are.
    pub lanes: u8,
    /// The operations, in the order of asking.
    pub acts: Vec<Act>,
}

impl Sketch {
    /// A history without operations.
    pub fn new(object: Object, lanes: u8) -> Sketch {
        Sketch { object, lanes, acts: Vec::new() }
    }

    /// Reads the text of a history.
    ///
    /// # Errors
    /// The line that cannot be, and why.
    pub fn parse(text: &str) -> Result<Sketch, String> {
        let mut lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
        let head = lines.next().map_or("", |(_, line)| line);
        let known =
            head.split_once(' ').and_then(|(object, lanes)| Some((Object::named(object)?, lanes.parse().ok()?)));
        let (object, lanes) =
            known.ok_or("the first line is not an object and a number of clients, such as `store 2`")?;
        let mut sketch = Sketch::new(object, lanes);
        for (place, line) in lines {
            let act = act(line).map_err(|why| format!("line {}: {why}", place + 1))?;
            sketch.acts.push(act);
        }
        sketch.sort();
        sketch.check().map(|()| sketch)
    }

    /// Puts the operations in the order of asking.
    pub fn sort(&mut self) {
        let acts = std::mem::take(&mut self.acts);
        let mut keys: Vec<(u32, u8, usize)> = (0..).zip(&acts).map(|(at, act)| (act.from, act.lane, at)).collect();
        lightcone_core::order::sort(&mut keys);
        self.acts = keys.into_iter().map(|(_, _, at)| acts[at].clone()).collect();
    }

    /// Whether the history can be at all.
    ///
    /// # Errors
    /// What cannot be: a client that does two things at once, or goes on after its last operation was left open.
    pub fn check(&self) -> Result<(), String> {
        if self.lanes == 0 || self.lanes > MOST_LANES {
            return Err(format!("there are {} clients, and there can be 1 to {MOST_LANES}", self.lanes));
        }
        if self.acts.len() > MOST_ACTS {
            return Err(format!("there are {} operations, and at most {MOST_ACTS} are judged", self.acts.len()));
        }
        for (place, act) in self.acts.iter().enumerate() {
            let who = act.lane + 1;
            let ended = act.end != End::Open;
            if act.lane >= self.lanes || (ended && act.to <= act.from) || act.to.max(act.from) > LATEST {
                return Err(format!(
                    "`{}` of c{who} is on no lane, or ends before it begins, or is too late",
                    act.words
                ));
            }
            let later = self.acts[place + 1..].iter().find(|later| later.lane == act.lane);
            if let Some(later) = later.filter(|later| !ended || later.from < act.to) {
                let (one, other) = (&act.words, &later.words);
                return Err(format!(
                    "c{who} asks `{other}` while its `{one}` is still open: a client does one thing at a time"
                ));
            }
        }
        Ok(())
    }
}

fn act(line: &str) -> Result<Act, String> {
    let wrong = || "an operation is a client, its beginning, its end and words: `1 100 300 put x 1 = ok`".to_string();
    let mut parts = line.splitn(4, ' ');
    let mut next = || parts.next().ok_or_else(wrong);
    let (lane, from, to, rest) = (next()?, next()?, next()?, next()?);
    let lane: u8 = lane.parse().map_err(|_| wrong())?;
    let lane = lane.checked_sub(1).ok_or("clients are counted from 1")?;
    let from: u32 = from.parse().map_err(|_| wrong())?;
    let (end, to) = match (to, to.strip_suffix('!')) {
        ("-", _) => (End::Open, from),
        (_, Some(to)) => (End::Failed, to.parse().map_err(|_| wrong())?),
        (to, None) => (End::Told, to.parse().map_err(|_| wrong())?),
    };
    let (words, answer) = rest.split_once(" = ").unwrap_or((rest, ""));
    if words.chars().count().max(answer.chars().count()) > LONGEST {
        return Err(format!("what is asked and answered has at most {LONGEST} letters"));
    }
    Ok(Act { lane, from, to, end, words: words.trim().into(), answer: answer.trim().into() })
}

impl fmt::Display for Sketch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.object.name(), self.lanes)?;
        for act in &self.acts {
            write!(f, "\n{} {} ", act.lane + 1, act.from)?;
            match act.end {
                End::Told => write!(f, "{} {} = {}", act.to, act.words, act.answer)?,
                End::Failed => write!(f, "{}! {}", act.to, act.words)?,
                End::Open => write!(f, "- {}", act.words)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "store 3\n1 10 50 put x 1 = ok\n2 20 - get x\n3 30 90! cas x 1 2";

    #[test]
    fn a_history_is_read_back_from_its_text() {
        let sketch = Sketch::parse(TEXT).unwrap();
        assert_eq!(sketch.to_string(), TEXT);
        assert_eq!((sketch.acts[1].end, sketch.acts[2].end), (End::Open, End::Failed));
        let late = "queue 1\n1 50 60 dequeue = 1\n1 10 20 enqueue 1 = ok";
        assert_eq!(Sketch::parse(late).unwrap().acts[0].words, "enqueue 1");
    }

    #[test]
    fn what_cannot_be_says_why() {
        for (text, why) in [
            ("", "first line"),
            ("heap 2", "first line"),
            ("store 0", "0 clients"),
            ("store 200", "200 clients"),
            ("store 1\n1 10 get x", "line 2"),
            ("store 1\n2 10 20 get x = 1", "no lane"),
            ("store 1\n1 20 20 get x = 1", "ends before"),
            ("store 1\n0 20 30 get x = 1", "counted from 1"),
            ("store 1\n1 10 30 get x = 1\n1 20 40 get y = 1", "one thing at a time"),
            ("store 1\n1 10 - get x\n1 20 40 get y = 1", "still open"),
        ] {
            let wrong = Sketch::parse(text).unwrap_err();
            assert!(wrong.contains(why), "{text}: {wrong}");
        }
    }
}
