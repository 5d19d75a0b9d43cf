//! How a picture that is painted becomes another one: what both have stays, since a browser takes longer to make an
//! element than to look for it.

/// A step along the elements of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Patch<'a> {
    /// So many stay.
    Keep(usize),
    /// So many go.
    Remove(usize),
    /// So many come, as SVG.
    Insert(usize, &'a str),
}

/// So many elements ahead the same one is looked for.
const AHEAD: usize = 32;

/// The steps from one picture to another, both as [`Drawing::svg_body`](crate::Drawing::svg_body) writes them. Nothing
/// if one of them is not.
pub fn patch<'a>(old: &str, new: &'a str) -> Option<Vec<Patch<'a>>> {
    let (old, mut rest) = (elements(old)?, inside(new)?);
    let (mut steps, mut at) = (Vec::new(), 0);
    let (mut come, mut count) = (rest, 0);
    while !rest.is_empty() {
        let (element, after) = rest.split_at(end(rest)?);
        if let Some(gone) = old[at..].iter().take(AHEAD).position(|other| *other == element) {
            insert(&mut steps, come, rest, count);
            if gone > 0 {
                steps.push(Patch::Remove(gone));
            }
            match steps.last_mut() {
                Some(Patch::Keep(kept)) => *kept += 1,
                _ => steps.push(Patch::Keep(1)),
            }
            at += gone + 1;
            (come, count) = (after, 0);
        } else {
            count += 1;
        }
        rest = after;
    }
    insert(&mut steps, come, rest, count);
    if at < old.len() {
        steps.push(Patch::Remove(old.len() - at));
    }
    Some(steps)
}

/// What lies between two places of a text comes in.
fn insert<'a>(steps: &mut Vec<Patch<'a>>, from: &'a str, to: &str, count: usize) {
    if count > 0 {
        steps.push(Patch::Insert(count, &from[..from.len() - to.len()]));
    }
}

/// The elements of a picture.
fn elements(svg: &str) -> Option<Vec<&str>> {
    let (mut rest, mut all) = (inside(svg)?, Vec::new());
    while !rest.is_empty() {
        let (element, after) = rest.split_at(end(rest)?);
        all.push(element);
        rest = after;
    }
    Some(all)
}

/// What is in the one group of a picture.
fn inside(svg: &str) -> Option<&str> {
    svg.strip_prefix("<g class=\"diagram\">")?.strip_suffix("</g>")
}

/// Where the first element ends. Only words have an end of their own, and markup in them is escaped.
fn end(svg: &str) -> Option<usize> {
    let close = if svg.starts_with("<text") { "</text>" } else { "/>" };
    (!svg.starts_with("</g")).then_some(())?;
    svg.find(close).map(|at| at + close.len())
}

#[cfg(test)]
mod tests {
    use super::{Patch, elements, patch};

    fn picture(elements: &[&str]) -> String {
        format!("<g class=\"diagram\">{}</g>", elements.concat())
    }

    /// The elements of `old` after the steps to `new`, and how many of them came in.
    fn patched(old: &str, new: &str) -> (Vec<String>, usize) {
        let mut all: Vec<String> = elements(old).unwrap().into_iter().map(String::from).collect();
        let (mut at, mut came) = (0, 0);
        for step in patch(old, new).unwrap() {
            match step {
                Patch::Keep(count) => at += count,
                Patch::Remove(count) => drop(all.drain(at..at + count)),
                Patch::Insert(count, svg) => {
                    let svg = picture(&[svg]);
                    let more = elements(&svg).unwrap();
                    assert_eq!(more.len(), count);
                    all.splice(at..at, more.into_iter().map(String::from));
                    (at, came) = (at + count, came + count);
                }
            }
        }
        (all, came)
    }

    #[test]
    fn one_picture_becomes_another_and_what_both_have_stays() {
        let lane = "<line class=\"lane\" x1=\"1\"/>";
        let words = "<text class=\"name\">a &lt; b/&gt;</text>";
        let [one, two, three] = [1, 2, 3].map(|n| format!("<path class=\"arrow\" d=\"M{n} 0\"/>"));
        let (one, two, three) = (one.as_str(), two.as_str(), three.as_str());
        let cases: [(&[&str], &[&str], usize); 7] = [
            (&[words, lane, one], &[words, lane, one], 0),
            (&[words, lane, one, words], &[words, lane, two, words], 1),
            (&[words, lane, one], &[words, two, lane, three, one], 2),
            (&[words, one, two, lane], &[words, lane], 0),
            (&[], &[words, lane], 2),
            (&[words, lane], &[], 0),
            (&[one, two], &[two, one], 1),
        ];
        for (old, new, came) in cases {
            let (old, new) = (picture(old), picture(new));
            let wanted: Vec<String> = elements(&new).unwrap().into_iter().map(String::from).collect();
            assert_eq!(patched(&old, &new), (wanted, came), "{old} to {new}");
        }
    }

    #[test]
    fn what_is_no_picture_is_not_patched() {
        let fine = picture(&["<line/>"]);
        for other in ["", "<line/>", &format!("{fine}{fine}"), "<g class=\"diagram\"><line"] {
            assert_eq!(patch(other, &fine), None, "{other}");
            assert_eq!(patch(&fine, other), None, "{other}");
        }
    }
}
