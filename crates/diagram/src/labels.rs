//! Places for words: greedy, the most important first, and none where none is free.

use crate::area::{Area, Point};
use crate::drawing::{Anchor, Class, Font, Mark, Shape, Text};

/// The size of most words, in px.
pub(crate) const SMALL: f64 = 11.0;

/// How much a label must keep clear of.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Care {
    /// Other labels only: it belongs on the mark it stands on.
    Labels,
    /// Also bars, bands and handles.
    Solids,
    /// Also lines.
    Lines,
}

/// The labels so far and what they must keep clear of.
pub(crate) struct Labels {
    bounds: Area,
    taken: Vec<Area>,
    solids: Vec<Area>,
    lines: Vec<(Point, Point)>,
    marks: Vec<Mark>,
}

impl Labels {
    pub(crate) fn new(width: f64, height: f64) -> Self {
        let bounds = Area { x: 1.0, y: 1.0, width: (width - 2.0).max(0.0), height: (height - 2.0).max(0.0) };
        Labels { bounds, taken: Vec::new(), solids: Vec::new(), lines: Vec::new(), marks: Vec::new() }
    }

    /// Keeps all later labels out of an area.
    pub(crate) fn close(&mut self, area: Area) {
        self.taken.push(area);
    }

    /// Marks an area as painted.
    pub(crate) fn solid(&mut self, area: Area) {
        self.solids.push(area);
    }

    /// Marks a line as painted.
    pub(crate) fn line(&mut self, a: Point, b: Point) {
        self.lines.push((a, b));
    }

    /// Puts the first of `texts` that is free; whether one was.
    pub(crate) fn put(&mut self, class: Class, care: Care, texts: impl IntoIterator<Item = Text>) -> bool {
        self.put_in(class, care, texts).is_some()
    }

    /// The same; where it was put.
    pub(crate) fn put_in(&mut self, class: Class, care: Care, texts: impl IntoIterator<Item = Text>) -> Option<Area> {
        for text in texts {
            let area = text.area();
            if self.free(&area, care) {
                self.taken.push(area);
                self.marks.push(Mark::plain(Shape::Text(text), class));
                return Some(area);
            }
        }
        None
    }

    fn free(&self, area: &Area, care: Care) -> bool {
        self.bounds.holds(area)
            && !self.taken.iter().any(|a| a.overlaps(area))
            && (care < Care::Solids || !self.solids.iter().any(|a| a.overlaps(area)))
            && (care < Care::Lines || !self.lines.iter().any(|(a, b)| area.meets_segment(*a, *b)))
    }

    pub(crate) fn into_marks(self) -> Vec<Mark> {
        self.marks
    }
}

/// Words of the usual size at a point, upright.
pub(crate) fn small(at: Point, anchor: Anchor, words: &str) -> Text {
    Text { at, anchor, size: SMALL, font: Font::Sans, turned: false, words: words.to_owned() }
}

/// How wide words are, in px: an estimate that errs on the side of too much, as the font of the reader is not known.
pub(crate) fn width(words: &str, font: Font, size: f64) -> f64 {
    let em: f64 = words.chars().map(|c| em(c, font)).sum();
    em * size
}

fn em(c: char, font: Font) -> f64 {
    if font == Font::Mono && c.is_ascii() {
        return 0.61;
    }
    let sans = match c {
        'i' | 'j' | 'l' | 'I' | '|' | '!' | '\'' | ',' | '.' | ':' | ';' | ' ' => 0.34,
        'f' | 't' | 'r' | '(' | ')' | '[' | ']' | '/' | '-' | '·' => 0.43,
        'm' | 'w' | 'M' | 'W' | '@' | '%' | '…' => 1.0,
        'A'..='Z' => 0.73,
        c if c < '\u{250}' => 0.64,
        c if c < '\u{1100}' => 0.8,
        '✓' | '→' => 0.85,
        _ => 1.05,
    };
    if font == Font::Bold { sans * 1.12 } else { sans }
}

/// The words, or as many letters as fit with `…` after them; nothing if fewer than two letters fit.
pub(crate) fn clip(words: &str, font: Font, size: f64, room: f64) -> Option<String> {
    if width(words, font, size) <= room {
        return Some(words.to_owned());
    }
    let mut left = room - em('…', font) * size;
    let mut kept = String::new();
    for c in words.chars() {
        left -= em(c, font) * size;
        if left < 0.0 {
            break;
        }
        kept.push(c);
    }
    let kept = kept.trim_end();
    (kept.chars().count() >= 2).then(|| format!("{kept}…"))
}

/// In order of rank, and as they were among equals. Everything is sorted by numbers of one type: each further type
/// would bring a copy of the sorting code along.
pub(crate) fn ranked<T>(items: Vec<T>, rank: impl Fn(&T) -> u32) -> Vec<T> {
    let mut order: Vec<(u32, usize)> = items.iter().enumerate().map(|(place, item)| (rank(item), place)).collect();
    order.sort_unstable();
    let mut items: Vec<Option<T>> = items.into_iter().map(Some).collect();
    order.into_iter().filter_map(|(_, place)| items[place].take()).collect()
}
