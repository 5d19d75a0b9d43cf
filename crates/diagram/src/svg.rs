//! Marks as SVG text: no style attributes, so that a strict content security policy is content; no ids, so that several
//! drawings share a page.

use std::io::Write;

use crate::area::{Area, Point};
use crate::drawing::{Anchor, Arrow, Class, Drawing, Mark, Shape, Text};

impl Drawing {
    /// What goes inside an `<svg>` element: one group of class `diagram`. What can be pointed at carries a `data-hit`
    /// such as `event:12`, except where a crowd shares one element; [`Drawing::hit`] finds those too.
    pub fn svg_body(&self) -> String {
        // 64 bytes for each mark save most of the growing and waste little.
        let mut out = Vec::new();
        self.write_body(&mut out);
        finish(out)
    }

    fn write_body(&self, out: &mut Vec<u8>) {
        // 64 bytes for each mark save most of the growing and waste little.
        out.reserve(self.marks.len() * 64 + 64);
        put(out, "<g class=\"diagram\">");
        let mut rest = self.marks.as_slice();
        while let [mark, ..] = rest {
            let alike = rest.iter().take_while(|m| m.merged && m.class == mark.class).count();
            if alike > 1 {
                write_merged(out, &rest[..alike]);
            } else {
                write_mark(out, mark);
            }
            rest = &rest[alike.max(1)..];
        }
        put(out, "</g>");
    }

    /// A whole document with its own stylesheet, for a file.
    pub fn svg(&self, stylesheet: &str) -> String {
        let mut out = Vec::with_capacity(stylesheet.len() + 400);
        put(&mut out, "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\"");
        number(&mut out, " width=\"", self.width);
        number(&mut out, "\" height=\"", self.height);
        number(&mut out, "\" viewBox=\"0 0 ", self.width);
        number(&mut out, " ", self.height);
        put(&mut out, "\"><title>Space-time diagram</title><style>");
        escape(&mut out, stylesheet);
        put(&mut out, "</style><rect class=\"ground\" width=\"100%\" height=\"100%\"/>");
        self.write_body(&mut out);
        put(&mut out, "</svg>\n");
        finish(out)
    }
}

/// Bytes are written faster than characters; what was written is text all the same.
fn finish(out: Vec<u8>) -> String {
    String::from_utf8(out).expect("only whole strings and ASCII were written")
}

fn write_mark(out: &mut Vec<u8>, mark: &Mark) {
    match &mark.shape {
        Shape::Line(a, b) => {
            open(out, "line", mark);
            number(out, " x1=\"", a.x);
            number(out, "\" y1=\"", a.y);
            number(out, "\" x2=\"", b.x);
            number(out, "\" y2=\"", b.y);
            put(out, "\"/>");
        }
        Shape::Rect(area, radius) => {
            open(out, "rect", mark);
            number(out, " x=\"", area.x);
            number(out, "\" y=\"", area.y);
            number(out, "\" width=\"", area.width);
            number(out, "\" height=\"", area.height);
            if *radius > 0.0 {
                number(out, "\" rx=\"", *radius);
            }
            put(out, "\"/>");
        }
        Shape::Circle(at, radius) => {
            open(out, "circle", mark);
            number(out, " cx=\"", at.x);
            number(out, "\" cy=\"", at.y);
            number(out, "\" r=\"", *radius);
            put(out, "\"/>");
        }
        Shape::Text(text) => write_text(out, mark, text),
        shape => {
            open(out, "path", mark);
            put(out, " d=\"");
            path(out, shape);
            put(out, "\"/>");
        }
    }
}

/// Several marks of one class as one path.
fn write_merged(out: &mut Vec<u8>, marks: &[Mark]) {
    put(out, "<path");
    class(out, &marks[0].class);
    put(out, " d=\"");
    for mark in marks {
        path(out, &mark.shape);
    }
    put(out, "\"/>");
}

fn write_text(out: &mut Vec<u8>, mark: &Mark, text: &Text) {
    open(out, "text", mark);
    number(out, " x=\"", text.at.x);
    number(out, "\" y=\"", text.at.y);
    number(out, "\" font-size=\"", text.size);
    match text.anchor {
        Anchor::Start => {}
        Anchor::Middle => put(out, "\" text-anchor=\"middle"),
        Anchor::End => put(out, "\" text-anchor=\"end"),
    }
    if text.turned {
        number(out, "\" transform=\"rotate(90 ", text.at.x);
        number(out, " ", text.at.y);
        out.push(b')');
    }
    put(out, "\">");
    escape(out, &text.words);
    put(out, "</text>");
}

fn open(out: &mut Vec<u8>, element: &str, mark: &Mark) {
    out.push(b'<');
    put(out, element);
    class(out, &mark.class);
    if let Some(hit) = mark.hit {
        write!(out, " data-hit=\"{hit}\"").expect("memory can always be written to");
    }
}

fn class(out: &mut Vec<u8>, class: &Class) {
    for (i, name) in class.names().enumerate() {
        put(out, if i == 0 { " class=\"" } else { " " });
        put(out, name);
    }
    if class.names().next().is_some() {
        out.push(b'"');
    }
}

fn path(out: &mut Vec<u8>, shape: &Shape) {
    match shape {
        Shape::Line(a, b) => segment(out, *a, *b),
        Shape::Rect(area, _) => corners(out, area),
        Shape::Circle(at, radius) => disc(out, *at, *radius),
        Shape::Arrow(arrow) => arrow_path(out, arrow),
        Shape::Cross(at, r) => {
            segment(out, Point { x: at.x - r, y: at.y - r }, Point { x: at.x + r, y: at.y + r });
            segment(out, Point { x: at.x - r, y: at.y + r }, Point { x: at.x + r, y: at.y - r });
        }
        Shape::Pause(at, r) => {
            for x in [at.x - r * 0.4, at.x + r * 0.4] {
                segment(out, Point { x, y: at.y - r }, Point { x, y: at.y + r });
            }
        }
        Shape::Hatch(area, gap) => hatch(out, area, *gap),
        Shape::Zigzag(a, b, reach) => zigzag(out, *a, *b, *reach),
        Shape::Clock(at, r) => {
            disc(out, *at, *r);
            segment(out, *at, Point { x: at.x, y: at.y - r * 0.7 });
            segment(out, *at, Point { x: at.x + r * 0.5, y: at.y });
        }
        Shape::Triangle(points) => triangle(out, points),
        // Words never merge; this keeps the match whole.
        Shape::Text(_) => {}
    }
}

/// Each piece of the way starts anew: so it encloses nothing, and the fill of head and dot does not spill.
fn arrow_path(out: &mut Vec<u8>, arrow: &Arrow) {
    if arrow.dot > 0.0
        && let Some(start) = arrow.route.points().first()
    {
        disc(out, *start, arrow.dot);
    }
    for (a, b) in arrow.route.segments() {
        segment(out, a, b);
    }
    if arrow.head > 0.0 {
        let [a, b, c] = arrow.route.head(arrow.head);
        step(out, b'm', b, a);
        step(out, b'l', a, b);
        step(out, b' ', b, c);
        out.push(b'z');
    }
}

/// No pattern has more strokes than this.
const MOST_STROKES: f64 = 400.0;

/// Strokes that rise to the right, from edge to edge of an area.
fn hatch(out: &mut Vec<u8>, area: &Area, gap: f64) {
    let Area { x, y, width, height } = *area;
    let gap = gap.max((width + height) / MOST_STROKES).max(1.0);
    let mut foot = x - height + gap / 2.0;
    while foot < area.right() {
        // How far up the stroke enters the area at its left edge, and leaves it at its right one.
        let (enter, leave) = ((x - foot).max(0.0), (area.right() - foot).min(height));
        if leave > enter {
            let at = |up: f64| Point { x: foot + up, y: y + height - up };
            segment(out, at(enter), at(leave));
        }
        foot += gap;
    }
}

fn zigzag(out: &mut Vec<u8>, a: Point, b: Point, reach: f64) {
    let length = a.distance(b);
    let swings = (length / (reach * 2.0).max(1.0)).clamp(1.0, MOST_STROKES).round();
    let (nx, ny) = if length > 0.0 { ((a.y - b.y) / length, (b.x - a.x) / length) } else { (0.0, 0.0) };
    place(out, b'M', a);
    let mut side = -1.0;
    for swing in 0..swings as u32 {
        let at = a.towards(b, (f64::from(swing) + 0.5) / swings);
        place(out, b'L', Point { x: at.x + nx * reach * side, y: at.y + ny * reach * side });
        side = -side;
    }
    place(out, b'L', b);
}

fn segment(out: &mut Vec<u8>, a: Point, b: Point) {
    place(out, b'M', a);
    place(out, b'L', b);
}

fn triangle(out: &mut Vec<u8>, points: &[Point; 3]) {
    place(out, b'M', points[0]);
    place(out, b'L', points[1]);
    place(out, b'L', points[2]);
    out.push(b'Z');
}

fn corners(out: &mut Vec<u8>, area: &Area) {
    place(out, b'M', Point { x: area.x, y: area.y });
    number(out, "h", area.width);
    number(out, "v", area.height);
    number(out, "h", -area.width);
    out.push(b'Z');
}

fn disc(out: &mut Vec<u8>, at: Point, radius: f64) {
    place(out, b'M', Point { x: at.x - radius, y: at.y });
    for across in [radius * 2.0, radius * -2.0] {
        number(out, "a", radius);
        number(out, " ", radius);
        number(out, " 0 1 0 ", across);
        put(out, " 0");
    }
}

/// From one point to another, by the difference: that is shorter to write and to read. The difference of what is
/// written, so that the next step begins where this one ends.
fn step(out: &mut Vec<u8>, command: u8, from: Point, to: Point) {
    let by = |from: f64, to: f64| in_tenths(to) - in_tenths(from);
    let (x, y) = (by(from.x, to.x), by(from.y, to.y));
    // A minus parts two numbers as well as a space.
    if command != b' ' || x >= 0 {
        out.push(command);
    }
    tenths(out, x);
    if y >= 0 {
        out.push(b' ');
    }
    tenths(out, y);
}

fn place(out: &mut Vec<u8>, command: u8, at: Point) {
    out.push(command);
    tenths(out, in_tenths(at.x));
    out.push(b' ');
    tenths(out, in_tenths(at.y));
}

/// A length to a tenth of a px, as attributes of SVG want it.
pub fn px(length: f64) -> String {
    let mut out = Vec::new();
    number(&mut out, "", length);
    finish(out)
}

/// A number to a tenth of a px. By hand: the general formatter took most of the time of a crowded drawing.
fn number(out: &mut Vec<u8>, before: &str, value: f64) {
    put(out, before);
    tenths(out, in_tenths(value));
}

/// A length in tenths of a px. The cast saturates, and what is not a number becomes zero: nothing here can break the
/// document.
fn in_tenths(value: f64) -> i32 {
    (value * 10.0 + if value < 0.0 { -0.5 } else { 0.5 }) as i32
}

fn tenths(out: &mut Vec<u8>, value: i32) {
    if value < 0 {
        out.push(b'-');
    }
    let mut digits = [0_u8; 12];
    let (mut whole, tenth) = tens(value.unsigned_abs());
    let mut start = 10;
    loop {
        let (rest, digit) = tens(whole);
        start -= 1;
        digits[start] = b'0' + digit;
        whole = rest;
        if whole == 0 {
            break;
        }
    }
    (digits[10], digits[11]) = (b'.', b'0' + tenth);
    put_bytes(out, &digits[start..if tenth == 0 { 10 } else { 12 }]);
}

/// How many tens, and what is left. Multiplied by a tenth: to divide takes a processor ten times as long.
fn tens(number: u32) -> (u32, u8) {
    let tens = ((u64::from(number) * 0xcccc_cccd) >> 35) as u32;
    (tens, (number - tens * 10) as u8)
}

fn put_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    out.extend_from_slice(bytes);
}

fn put(out: &mut Vec<u8>, text: &str) {
    put_bytes(out, text.as_bytes());
}

/// Text for XML: markup is escaped, and the control characters that XML forbids become spaces.
fn escape(out: &mut Vec<u8>, text: &str) {
    for c in text.chars() {
        match c {
            '<' => put(out, "&lt;"),
            '>' => put(out, "&gt;"),
            '&' => put(out, "&amp;"),
            '"' => put(out, "&quot;"),
            '\n' | '\t' => out.push(c as u8),
            c if c.is_control() || c == '\u{fffe}' || c == '\u{ffff}' => out.push(b' '),
            c => put(out, c.encode_utf8(&mut [0; 4])),
        }
    }
}
