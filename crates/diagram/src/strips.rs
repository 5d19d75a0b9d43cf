//! The numbers of many runs as dots on strips, one strip for each value of what was turned.
//!
//! All of it is in whole numbers, in tenths of a px where it has to be finer. Dots that would cover each other stand above
//! and below each other, always in the same way.

use std::fmt::Write;

/// One run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dot {
    /// Which run it is, for whoever wants to open it.
    pub run: u64,
    /// Its number; nothing where there is none.
    pub number: Option<u64>,
    /// What it is, in words.
    pub words: String,
}

/// The runs with one value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Strip {
    /// The value.
    pub name: String,
    /// What they come to, in words.
    pub words: String,
    /// The runs, in any order.
    pub dots: Vec<Dot>,
    /// The first quartile, the median and the third quartile; nothing if no run has a number.
    pub quartiles: Option<[u64; 3]>,
}

/// How the strips are drawn.
pub struct Frame<'a> {
    /// What the numbers are.
    pub title: &'a str,
    /// What it means that there is none.
    pub none: &'a str,
    /// A number with its unit.
    pub written: &'a dyn Fn(u64) -> String,
    /// The width in px.
    pub width: u64,
    /// Rules for a file that stands alone; the page has its own.
    pub stylesheet: &'a str,
}

/// The room for the name and the words of a strip: beside each other, or below on a phone.
const NAME: u64 = 20;
const TWO_LINES: u64 = 36;
const NARROW: u64 = 480;
const BAND: u64 = 44;
const GAP: u64 = 8;
const FOOT: u64 = 46;
const SIDE: u64 = 12;
/// The room for those that have no number.
const NONE: u64 = 60;
/// How large a dot is: as large as can be without that they cover each other, else as small as can be.
const RADII: [u64; 3] = [5, 4, 3];

/// Where numbers stand.
struct Scale {
    from: u64,
    to: u64,
    step: u64,
    /// Where the room for numbers ends, and that for dots without begins.
    end: u64,
    /// The height of names.
    name: u64,
}

/// The strips as an `<svg>` element, a group for each. Each dot carries `data-dot` with its run, and can take the
/// keyboard: that of run 0 by itself, the others by script.
pub fn strips(strips: &[Strip], frame: &Frame<'_>) -> String {
    let scale = Scale::of(strips, frame.width);
    let each = scale.name + BAND + GAP;
    let height = strips.len() as u64 * each + FOOT;
    let mut out = String::new();
    let width = frame.width;
    out += "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"strips\" role=\"group\"";
    put(
        &mut out,
        format_args!(" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" aria-label=\""),
    );
    escape(&mut out, frame.title);
    for strip in strips {
        out += ". ";
        escape(&mut out, &strip.name);
        out += ": ";
        escape(&mut out, &strip.words);
    }
    out += "\">";
    if !frame.stylesheet.is_empty() {
        out += "<style>";
        escape(&mut out, frame.stylesheet);
        out += "</style><rect class=\"ground\" width=\"100%\" height=\"100%\"/>";
    }
    axis(&mut out, &scale, frame, height);
    for (place, strip) in (0..).zip(strips) {
        draw(&mut out, &scale, strip, place * each);
    }
    out += "</svg>";
    out
}

impl Scale {
    fn of(strips: &[Strip], width: u64) -> Scale {
        let dots = || strips.iter().flat_map(|strip| &strip.dots);
        let numbers = || dots().filter_map(|dot| dot.number);
        let (least, most) = (numbers().min().unwrap_or(0), numbers().max().unwrap_or(0));
        // Where all are alike there is a scale all the same.
        let most = most.max(least + 1);
        let ticks = (width / 110).max(2);
        let mut step = 1_u64;
        for factor in [2_u64, 5, 10].into_iter().cycle() {
            if (most - least) / step < ticks {
                break;
            }
            let power = 10_u64.pow(step.ilog10());
            step = power.saturating_mul(factor);
        }
        let (from, to) = (least / step * step, most.div_ceil(step).saturating_mul(step));
        let end = if dots().any(|dot| dot.number.is_none()) { width - NONE } else { width - SIDE };
        let name = if width < NARROW { TWO_LINES } else { NAME };
        Scale { from, to, step, end, name }
    }

    fn x(&self, number: u64) -> u64 {
        let room = u128::from(self.end - 2 * SIDE);
        let place = u128::from(number - self.from) * room / u128::from(self.to - self.from);
        SIDE + place as u64
    }
}

fn axis(out: &mut String, scale: &Scale, frame: &Frame<'_>, height: u64) {
    let foot = height - FOOT;
    let mut tick = scale.from;
    while tick <= scale.to {
        let x = scale.x(tick);
        put(out, format_args!("<path class=\"strip-grid\" d=\"M{x} {}V{foot}\"/>", scale.name));
        // The outermost words stay inside.
        let anchor = match tick {
            first if first == scale.from => "start",
            last if last == scale.to => "end",
            _ => "middle",
        };
        put(out, format_args!("<text class=\"strip-tick\" text-anchor=\"{anchor}\" x=\"{x}\" y=\"{}\">", foot + 14));
        escape(out, &(frame.written)(tick));
        *out += "</text>";
        tick = tick.saturating_add(scale.step);
    }
    put(out, format_args!("<text class=\"strip-title\" x=\"{SIDE}\" y=\"{}\">", foot + 36));
    escape(out, frame.title);
    *out += "</text>";
    if scale.end == frame.width - NONE {
        let x = frame.width - SIDE;
        put(out, format_args!("<path class=\"strip-none\" d=\"M{} {}V{foot}\"/>", scale.end + 4, scale.name));
        put(out, format_args!("<text class=\"strip-tick\" text-anchor=\"end\" x=\"{x}\" y=\"{}\">", foot + 30));
        escape(out, frame.none);
        *out += "</text>";
    }
}

fn draw(out: &mut String, scale: &Scale, strip: &Strip, top: u64) {
    let band = top + scale.name;
    put(out, format_args!("<g><text class=\"strip-name\" x=\"{SIDE}\" y=\"{}\">", top + 14));
    escape(out, &strip.name);
    *out += match scale.name {
        TWO_LINES => "<tspan class=\"strip-words\" x=\"12\" dy=\"15\">",
        _ => " <tspan class=\"strip-words\" dx=\"6\">",
    };
    escape(out, &strip.words);
    *out += "</tspan></text>";
    if let Some([first, median, third]) = strip.quartiles.map(|all| all.map(|number| scale.x(number))) {
        let width = (third - first).max(2);
        put(
            out,
            format_args!("<rect class=\"strip-box\" x=\"{first}\" y=\"{band}\" width=\"{width}\" height=\"{BAND}\"/>"),
        );
        put(out, format_args!("<path class=\"strip-median\" d=\"M{median} {}v{}\"/>", band - 2, BAND + 4));
    }
    swarm(out, scale, strip, band);
    *out += "</g>";
}

/// The dots: in columns of their width, from the middle up and down in the order of their numbers, closer where there are
/// more than fit.
fn swarm(out: &mut String, scale: &Scale, strip: &Strip, band: u64) {
    let mut order = Vec::new();
    let mut radius = 0;
    for smaller in RADII {
        radius = smaller;
        order = columns(scale, strip, radius);
        let most = order.chunk_by(|one, other| one.0 == other.0).map(<[_]>::len).max().unwrap_or(0);
        if most as u64 * 2 * radius <= BAND {
            break;
        }
    }
    let mut rest = order.as_slice();
    while let [(first, ..), ..] = rest {
        let alike = rest.iter().take_while(|(column, ..)| column == first).count();
        let gap = (20 * radius).min(10 * (BAND - 2 * radius) / (alike as u64));
        for (nth, (_, number, place)) in (0..).zip(&rest[..alike]) {
            let off = u64::div_ceil(nth, 2) * gap;
            let middle = 10 * (band + BAND / 2);
            let y = if nth % 2 == 0 { middle + off } else { middle - off };
            let dot = &strip.dots[*place];
            let class = if number.is_some() { "strip-dot" } else { "strip-dot none" };
            let (x, run) = (first * 2 * radius + radius, dot.run);
            let tab = if run == 0 { "0" } else { "-1" };
            put(out, format_args!("<circle class=\"{class}\" role=\"button\" tabindex=\"{tab}\" data-dot=\"{run}\""));
            put(
                out,
                format_args!(
                    " data-testid=\"dot-{run}\" cx=\"{x}\" cy=\"{}.{}\" r=\"{radius}\"><title>",
                    y / 10,
                    y % 10
                ),
            );
            escape(out, &dot.words);
            *out += "</title></circle>";
        }
        rest = &rest[alike..];
    }
}

/// The dots in columns of their width: the column, the number and the place of each, in order.
fn columns(scale: &Scale, strip: &Strip, radius: u64) -> Vec<(u64, Option<u64>, usize)> {
    let column = |dot: &Dot| dot.number.map_or(scale.end + NONE / 2 - 2, |number| scale.x(number)) / (2 * radius);
    let mut order: Vec<(u64, Option<u64>, usize)> =
        strip.dots.iter().enumerate().map(|(place, dot)| (column(dot), dot.number, place)).collect();
    lightcone_core::order::sort(&mut order);
    order
}

pub(crate) fn put(out: &mut String, what: std::fmt::Arguments<'_>) {
    out.write_fmt(what).expect("a text can grow");
}

pub(crate) fn escape(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '<' => *out += "&lt;",
            '>' => *out += "&gt;",
            '&' => *out += "&amp;",
            '"' => *out += "&quot;",
            c if c.is_control() && c != '\n' => out.push(' '),
            c => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strip(numbers: &[Option<u64>]) -> Strip {
        let dot = |(run, number): (u64, &Option<u64>)| Dot { run, number: *number, words: format!("run {run}") };
        let dots = (0..).zip(numbers).map(dot).collect();
        Strip { name: "a<b".into(), words: "some".into(), dots, quartiles: Some([10, 20, 30]) }
    }

    fn drawn(all: &[Strip], width: u64) -> String {
        let written = |number| format!("{number} things");
        strips(all, &Frame { title: "how many", none: "never", written: &written, width, stylesheet: "" })
    }

    /// Where each dot stands, by its run.
    fn places(svg: &str) -> Vec<(u64, u64, String)> {
        let one = |text: &str| {
            let of = |name: &str| text.split(&format!(" {name}=\"")).nth(1).and_then(|rest| rest.split('"').next());
            let number = |name: &str| of(name).expect("it is there").parse().expect("it is a number");
            (number("data-dot"), number("cx"), of("cy").expect("it is there").to_string())
        };
        let mut all: Vec<_> = svg.split("<circle").skip(1).map(one).collect();
        all.sort();
        all
    }

    #[test]
    fn larger_numbers_stand_further_right_and_none_beyond_all() {
        let numbers = [Some(10), Some(25), None, Some(90)];
        let svg = drawn(&[strip(&numbers)], 600);
        let x: Vec<u64> = places(&svg).iter().map(|(_, x, _)| *x).collect();
        assert!(x[0] < x[1] && x[1] < x[3] && x[3] < x[2], "{x:?}");
        assert!(x.iter().all(|x| *x < 600));
        assert!(svg.contains("never") && svg.contains("a&lt;b"), "what it means is written, and escaped");
        assert!(
            !drawn(&[strip(&[Some(1)])], 600).contains("never"),
            "where all have a number, nothing is said of none"
        );
    }

    #[test]
    fn no_two_dots_stand_on_each_other_however_many_there_are() {
        for count in [7, 60, 300] {
            let all = places(&drawn(&[strip(&vec![Some(5); count])], 500));
            let mut spots: Vec<_> = all.iter().map(|(_, x, y)| (x, y)).collect();
            spots.sort();
            spots.dedup();
            assert_eq!(spots.len(), count);
            let inside = |y: &str| y.parse::<f64>().is_ok_and(|y| y >= NAME as f64 && y <= (NAME + BAND) as f64);
            assert!(all.iter().all(|(_, _, y)| inside(y)), "all of them are on their strip");
        }
    }

    #[test]
    fn scales_are_of_round_numbers_and_hold_every_number() {
        for (least, most) in [(0, 0), (7, 7), (0, 3), (149_000, 311_000), (1, 1_000_000_007), (0, u64::MAX / 4)] {
            let scale = Scale::of(&[strip(&[Some(least), Some(most)])], 600);
            assert!(scale.from <= least && most <= scale.to, "{least} to {most}");
            assert!(["1", "2", "5"].contains(&scale.step.to_string().trim_end_matches('0')), "{}", scale.step);
            assert!((scale.to - scale.from) / scale.step <= 7, "few enough to be read");
            assert!(scale.x(most) <= scale.end);
        }
    }
}
