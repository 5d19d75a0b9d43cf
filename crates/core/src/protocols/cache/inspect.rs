//! What people see of a server, of the origin, of a message and of the cache.

use super::{Cache, Config, Held, Message, News, Origin, Seat, Server, place::Plan, ring_words};
use crate::{
    NodeId, NodeSpec,
    services::Text,
    view::{Cell, FieldView, KeyOnRing, MessageView, Ring, Row, Table, Tone, name},
};

fn value(held: &Held) -> &str {
    held.value.as_deref().unwrap_or("nothing")
}

fn words(held: &Held) -> String {
    format!("{} as entry {}", value(held), held.version)
}

fn ring_of(seats: &[Seat], names: &[NodeSpec]) -> String {
    ring_words(seats, &|node| name(names, node))
}

/// How far a server is, and how many entries the origin's log has.
pub(super) fn badge(cache: &Cache) -> String {
    match cache {
        Cache::Origin(origin) => format!("entry {}", origin.log.last_index()),
        Cache::Server(server) => match &server.place {
            Some(place) => format!("saw {}", place.seen),
            None => "knows nothing".into(),
        },
    }
}

pub(super) fn fields(cache: &Cache, names: &[NodeSpec]) -> Vec<FieldView> {
    match cache {
        Cache::Origin(origin) => origin_fields(origin, names),
        Cache::Server(server) => server_fields(server, names),
    }
}

fn origin_fields(origin: &Origin, names: &[NodeSpec]) -> Vec<FieldView> {
    let mut fields = vec![
        FieldView::text("entries", origin.log.last_index()),
        FieldView::text("ring", format!("{}: {}", origin.ring.number, ring_of(&origin.ring.seats, names))),
    ];
    fields.extend(origin.values.iter().map(|(key, held)| FieldView::text(key, words(held))));
    for (node, follower) in origin.followers.iter() {
        fields.push(FieldView::text(&name(names, node), format!("saw {}, life {}", follower.seen, follower.life)));
    }
    fields
}

fn server_fields(server: &Server, names: &[NodeSpec]) -> Vec<FieldView> {
    let mut fields = vec![FieldView::text("life", server.life)];
    if let Some(place) = &server.place {
        fields.push(FieldView::text("entries seen", place.seen));
        fields.push(FieldView::text("ring", format!("{}: {}", place.ring.number, ring_of(server.seats(), names))));
    }
    fields.extend(server.copies.iter().map(|(key, held)| FieldView::text(key, words(held))));
    for (key, waiting) in server.fetches.iter() {
        let who: Vec<String> = waiting.iter().map(|one| name(names, one.id.client)).collect();
        fields.push(FieldView::text("asks the origin", format!("for {key}, for {}", who.join(", "))));
    }
    for (to, key) in server.leaving.keys() {
        fields.push(FieldView::text("hands over", format!("{key} to {}", name(names, *to))));
    }
    fields
}

/// A message and its fields.
pub(super) fn message(message: &Message, names: &[NodeSpec]) -> MessageView {
    let text = |name: &str, words: String| FieldView::text(name, words);
    let (label, fields) = match message {
        Message::Fetch { key } => (format!("{key}?"), Vec::new()),
        Message::Fill { key, held, as_of } => {
            (format!("{key}={}", value(held)), vec![text("version", words(held)), text("as of", as_of.to_string())])
        }
        Message::News { life, after, entries } => {
            let fields =
                (after + 1..).zip(entries).map(|(entry, news)| text(&entry.to_string(), news_words(news, names)));
            let label = match &entries[..] {
                [one] => news_words(one, names),
                more => format!("{} entries", more.len()),
            };
            (label, fields.chain([text("life", life.to_string())]).collect())
        }
        Message::Seen { life, seen } => (format!("saw {seen}"), vec![text("life", life.to_string())]),
        Message::Hello { life } => ("hello".into(), vec![text("life", life.to_string())]),
        Message::Welcome { life, seen, number, seats } => {
            let fields = [("life", life.to_string()), ("ring", format!("{number}: {}", ring_of(seats, names)))];
            (format!("welcome at {seen}"), fields.map(|(name, words)| text(name, words)).into())
        }
        Message::Handover { as_of, copies } => {
            let keys: Vec<&str> = copies.iter().map(|(key, _)| &**key).collect();
            let fields = copies.iter().map(|(key, held)| text(key, words(held)));
            (format!("take {}", keys.join(",")), fields.chain([text("as of", as_of.to_string())]).collect())
        }
        Message::Taken { keys } => {
            let keys: Vec<&str> = keys.iter().map(|(key, _)| &**key).collect();
            (format!("took {}", keys.join(",")), Vec::new())
        }
    };
    MessageView { label, fields }
}

fn news_words(news: &News, names: &[NodeSpec]) -> String {
    match news {
        News::Written(key) => format!("{key} is written"),
        News::Ring(seats) => format!("ring: {}", ring_of(seats, names)),
        News::Nothing => "nothing".into(),
    }
}

/// All keys that the origin or a server holds, in order.
fn keys<'a>(nodes: &[Option<&'a Cache>]) -> Vec<&'a Text> {
    let mut keys: Vec<&Text> = Vec::new();
    for node in nodes.iter().flatten() {
        match node {
            Cache::Origin(origin) => keys.extend(origin.values.keys()),
            Cache::Server(server) => keys.extend(server.copies.keys()),
        }
    }
    crate::order::sort(&mut keys);
    keys.dedup();
    keys
}

fn origin<'a>(nodes: &[Option<&'a Cache>]) -> Option<&'a Origin> {
    nodes.iter().flatten().find_map(|node| match node {
        Cache::Origin(origin) => Some(origin),
        Cache::Server(_) => None,
    })
}

/// The entry that wrote the newest value of a key.
fn newest(origin: Option<&Origin>, key: &Text) -> u64 {
    origin.and_then(|origin| origin.values.get(key)).map_or(0, |newest| newest.version)
}

/// The ring as the origin has it, and each key with the servers that are to hold it. Who holds the newest value is settled.
pub(super) fn ring(config: &Config, nodes: &[Option<&Cache>]) -> Option<Ring> {
    let (origin, plan) = (origin(nodes)?, Plan::from(config));
    let copy = |node: NodeId, key: &Text| {
        let tone = match nodes.get(node.index()).copied().flatten() {
            Some(Cache::Server(server)) => {
                let held = server.copies.get(key).map(|held| held.version);
                if held == Some(newest(Some(origin), key)) { Tone::Settled } else { Tone::Warning }
            }
            _ => Tone::Plain,
        };
        (node, tone)
    };
    let key = |key: &Text| {
        let (hash, owners) = (origin.ring.hash(plan, key), origin.ring.owners(plan, key));
        KeyOnRing { name: key.to_string(), hash, copies: owners.into_iter().map(|node| copy(node, key)).collect() }
    };
    let points = origin.ring.points(plan);
    (!points.is_empty()).then(|| Ring { points, keys: keys(nodes).into_iter().map(key).collect() })
}

/// What each server holds by key. What the origin has newer stands out.
pub(super) fn table(nodes: &[Option<&Cache>], names: &[NodeSpec]) -> Table {
    let (origin, keys) = (origin(nodes), keys(nodes));
    let cell = |held: Option<&Held>, key: &Text| {
        let Some(held) = held else { return Cell::default() };
        let tone = if held.version < newest(origin, key) { Tone::Warning } else { Tone::Settled };
        Cell { text: format!("{} ({})", value(held), held.version), tone }
    };
    let row = |(id, node): (u8, &Option<&Cache>)| {
        let cells = match node {
            Some(Cache::Origin(origin)) => keys.iter().map(|key| cell(origin.values.get(*key), key)).collect(),
            Some(Cache::Server(server)) => keys.iter().map(|key| cell(server.copies.get(*key), key)).collect(),
            None => vec![Cell { text: "down".into(), tone: Tone::Plain }],
        };
        Row { name: name(names, NodeId(id)), cells }
    };
    Table {
        title: "Values by key, and the entries that wrote them".into(),
        columns: [String::new()].into_iter().chain(keys.iter().map(|key| key.to_string())).collect(),
        rows: (0..).zip(nodes).map(row).collect(),
    }
}
