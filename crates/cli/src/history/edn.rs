//! Histories and values in EDN, as Jepsen writes them.

use clojure_reader::{
    edn::{self, Edn},
    error::{Code, Error},
};
use lightcone_catalog::history::{Event, Malformed, object};
use serde_json::Value;

/// So deep values may be nested: those who read them call themselves for each level.
const DEEPEST: u32 = 128;

/// Whether a text is a history in EDN: maps, by themselves or in one vector or list, after any comments.
pub fn is_history(text: &str) -> bool {
    let text = after_comments(text);
    let text = text.strip_prefix(['[', '(']).map_or(text, after_comments);
    text.starts_with('{') || text.strip_prefix('#').is_some_and(|tag| tag.starts_with(tag_letter))
}

fn tag_letter(letter: char) -> bool {
    letter.is_alphabetic() || letter == '_'
}

fn after_comments(text: &str) -> &str {
    let mut text = text.trim_start();
    while text.starts_with(';') {
        text = text.find('\n').map_or("", |end| &text[end..]).trim_start();
    }
    text
}

/// The events of maps, each with the line in which it begins; the text begins in this line.
pub fn events(mut line: u32, text: &str) -> Result<Vec<Event>, Malformed> {
    let mut events = Vec::new();
    let mut rest = text;
    loop {
        let next = after_what_is_between(rest);
        line += newlines(&rest[..rest.len() - next.len()]);
        if next.is_empty() {
            return Ok(events);
        }
        let not_whole = || Malformed::new(line, format!("`{}` is no whole event", beginning(next)));
        let (tag, map) = tagged(next).ok_or_else(not_whole)?;
        let end = form(line, map)?.ok_or_else(not_whole)?;
        // The reader leaves out what follows this tag.
        if tag != "#_" && !is_of_nemesis(&map[..end]) {
            let Value::Object(fields) = value(line, map)?.0 else { unreachable!("what begins with a brace is a map") };
            events.push(object(line, fields)?);
        }
        rest = &map[end..];
        line += newlines(&next[..next.len() - rest.len()]);
    }
}

/// The tag before a map, and the map with what follows it.
fn tagged(text: &str) -> Option<(&str, &str)> {
    let (tag, map) = text.split_at(text.find('{')?);
    let tag = tag.trim_end();
    let is_tag = tag.strip_prefix('#').is_some_and(|name| name.starts_with(tag_letter) && !name.contains(is_between));
    (tag.is_empty() || is_tag && (tag == "#_" || !tag.starts_with("#_"))).then_some((tag, map))
}

/// What stands between events says nothing.
fn is_between(letter: char) -> bool {
    letter.is_whitespace() || ",[]()".contains(letter)
}

fn after_what_is_between(mut text: &str) -> &str {
    loop {
        let next = after_comments(text.trim_start_matches(is_between));
        if next.len() == text.len() {
            return next;
        }
        text = next;
    }
}

fn newlines(text: &str) -> u32 {
    text.matches('\n').count() as u32
}

fn beginning(text: &str) -> String {
    text.lines().next().unwrap_or_default().chars().take(40).collect()
}

/// Whether a map is an event of the nemesis. What it did may be of any form, and is never read.
fn is_of_nemesis(map: &str) -> bool {
    let mut outer = String::new();
    walk(map, |depth, letter| outer.push(if depth == 1 { letter } else { ' ' }));
    let words: Vec<&str> =
        outer.split([' ', ',', '\t', '\r', '\n', '{', '}']).filter(|word| !word.is_empty()).collect();
    words.windows(2).any(|pair| pair == [":process", ":nemesis"])
}

/// The end of the form in brackets that a text begins with, if it has one.
fn form(line: u32, text: &str) -> Result<Option<usize>, Malformed> {
    let mut deepest = 0;
    let end = walk(text, |depth, _| deepest = deepest.max(depth));
    if deepest > DEEPEST {
        let why = format!("`{}` is nested too deeply: {DEEPEST} levels can be read", beginning(text));
        return Err(Malformed::new(line, why));
    }
    Ok(end)
}

/// Goes over the letters of a form with their depth, without its texts, characters and comments, to its end.
fn walk(text: &str, mut each: impl FnMut(u32, char)) -> Option<usize> {
    let mut depth: u32 = 0;
    let mut letters = text.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '\\' => drop(letters.next()),
            ';' => drop(letters.find(|(_, letter)| *letter == '\n')),
            '"' => {
                while let Some((_, letter)) = letters.next().filter(|(_, letter)| *letter != '"') {
                    if letter == '\\' {
                        letters.next();
                    }
                }
            }
            '{' | '[' | '(' => depth += 1,
            '}' | ']' | ')' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
        each(depth, letter);
    }
    None
}

/// The value that a text begins with, and what follows it.
pub fn value(line: u32, text: &str) -> Result<(Value, &str), Malformed> {
    form(line, text)?;
    let (edn, rest) = edn::read(text)
        .map_err(|wrong| Malformed::new(line, format!("`{}` is not EDN: {}", beginning(text), why(&wrong))))?;
    Ok((plain(&edn), rest))
}

/// Why a text cannot be read, with what only the reader knows of.
fn why(wrong: &Error) -> String {
    let more = match wrong.code {
        Code::InvalidNumber => " (a number has 64 bits and no suffix)",
        Code::InvalidEscape => " (a text has no escape but \\n, \\r, \\t, \\\\ and \\\")",
        Code::InvalidKeyword => " (what is written as JSON Lines needs --format jsonl)",
        _ => "",
    };
    format!("{:?}{more}", wrong.code)
}

/// A value of EDN as JSON: keywords and symbols become texts, every collection but a map becomes a list.
fn plain(edn: &Edn<'_>) -> Value {
    match edn {
        Edn::Nil => Value::Null,
        Edn::Bool(it) => (*it).into(),
        Edn::Int(it) => (*it).into(),
        Edn::Double(it) => it.into_inner().into(),
        Edn::Str(it) | Edn::Key(it) | Edn::Symbol(it) => it.as_ref().into(),
        Edn::Char(it) => it.to_string().into(),
        Edn::Vector(all) | Edn::List(all) => all.iter().map(plain).collect(),
        Edn::Set(all) => all.iter().map(plain).collect(),
        Edn::Map(pairs) => {
            let name = |key: &Edn<'_>| match plain(key) {
                Value::String(name) => name,
                other => other.to_string(),
            };
            Value::Object(pairs.iter().map(|(key, value)| (name(key), plain(value))).collect())
        }
        Edn::Tagged(_, value) => plain(value),
        other => other.to_string().into(),
    }
}
