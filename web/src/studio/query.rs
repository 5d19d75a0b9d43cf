//! The language of searches: `vote`, `n2 -> n4`, `term = 3`, `crash n2`, `512 ms`, `someone becomes leader`.
//!
//! Words and comparisons beside each other have to hold at once. What a fault or a lesson can wait for, in the language
//! of conditions, can be searched for, too. Nothing here knows a run.

use lightcone_core::Micros;
use lightcone_sim::Condition;

/// What is looked for.
#[derive(Clone, Debug, PartialEq)]
pub enum Query {
    /// An instant.
    At(Micros),
    /// What a condition waits for. `until ` may stand before it.
    Happens(Condition),
    /// All of these at once; never empty.
    All(Vec<Term>),
}

/// One part of a search.
#[derive(Clone, Debug, PartialEq)]
pub enum Term {
    /// Something is called so: a participant, a kind of event or message, a timer, a role, a rule.
    Word(String),
    /// A message from someone to someone; nothing where it may be anyone.
    Link(Option<String>, Option<String>),
    /// A field of a message or of a participant's state compares so with a value.
    Field(String, Compare, String),
}

/// How a field compares with a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compare {
    /// It is the same.
    Is,
    /// It is another.
    IsNot,
    /// It is less.
    Less,
    /// It is less, or the same.
    AtMost,
    /// It is more.
    More,
    /// It is more, or the same.
    AtLeast,
}

/// The signs, longer ones before those that they begin with.
const SIGNS: [(&str, Option<Compare>); 8] = [
    ("->", None),
    ("→", None),
    ("!=", Some(Compare::IsNot)),
    ("<=", Some(Compare::AtMost)),
    (">=", Some(Compare::AtLeast)),
    ("=", Some(Compare::Is)),
    ("<", Some(Compare::Less)),
    (">", Some(Compare::More)),
];

impl Compare {
    /// Whether a value compares so with a wanted one: as numbers where both are, else as words.
    pub fn holds(self, value: &str, wanted: &str) -> bool {
        let order = match (value.parse::<u64>(), wanted.parse::<u64>()) {
            (Ok(value), Ok(wanted)) => value.cmp(&wanted),
            _ if value.eq_ignore_ascii_case(wanted) => std::cmp::Ordering::Equal,
            _ => value.cmp(wanted),
        };
        match self {
            Compare::Is => order.is_eq(),
            Compare::IsNot => order.is_ne(),
            Compare::Less => order.is_lt(),
            Compare::AtMost => order.is_le(),
            Compare::More => order.is_gt(),
            Compare::AtLeast => order.is_ge(),
        }
    }
}

/// A word or a sign of a search.
#[derive(Clone, Copy)]
enum Token<'a> {
    Word(&'a str),
    Sign(&'static str, Option<Compare>),
}

/// Reads a search; nothing if there is nothing in it.
///
/// # Errors
/// What is missing or too much, and how to write it.
pub fn parse(text: &str) -> Result<Option<Query>, String> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    if let Some(condition) = text.strip_prefix("until ") {
        return condition.parse().map(|condition| Some(Query::Happens(condition)));
    }
    if let Ok(condition) = text.parse::<Condition>() {
        return Ok(Some(Query::Happens(condition)));
    }
    if text.starts_with(|first: char| first.is_ascii_digit() || first == '-') && !text.starts_with("->") {
        return text.parse().map(|at| Some(Query::At(at)));
    }
    terms(&tokens(text)).map(|terms| Some(Query::All(terms)))
}

fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    for part in text.split_whitespace() {
        let (mut start, mut here) = (0, 0);
        while here < part.len() {
            let Some((sign, compare)) = SIGNS.into_iter().find(|(sign, _)| part[here..].starts_with(sign)) else {
                here += part[here..].chars().next().map_or(1, char::len_utf8);
                continue;
            };
            if start < here {
                tokens.push(Token::Word(&part[start..here]));
            }
            tokens.push(Token::Sign(sign, compare));
            here += sign.len();
            start = here;
        }
        if start < part.len() {
            tokens.push(Token::Word(&part[start..]));
        }
    }
    tokens
}

fn terms(tokens: &[Token<'_>]) -> Result<Vec<Term>, String> {
    let mut terms = Vec::new();
    let mut rest = tokens;
    while let Some((first, more)) = rest.split_first() {
        let Token::Word(left) = *first else {
            let Token::Sign(sign, _) = *first else { continue };
            return Err(format!("nothing stands before `{sign}`: {}", example(sign)));
        };
        rest = more;
        let Some((Token::Sign(sign, compare), more)) = more.split_first() else {
            terms.push(Term::Word(left.to_lowercase()));
            continue;
        };
        let Some((Token::Word(right), more)) = more.split_first() else {
            return Err(format!("nothing stands after `{sign}`: {}", example(sign)));
        };
        rest = more;
        terms.push(match compare {
            Some(compare) => Term::Field(left.to_string(), *compare, right.to_string()),
            None => Term::Link(someone(left), someone(right)),
        });
    }
    Ok(terms)
}

fn example(sign: &str) -> &'static str {
    if matches!(sign, "->" | "→") { "write `n2 -> n4`, or `* -> n4` for anyone" } else { "write `term = 3`" }
}

fn someone(name: &str) -> Option<String> {
    (name != "*" && name != "someone").then(|| name.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Vec<Term> {
        match parse(text) {
            Ok(Some(Query::All(terms))) => terms,
            other => panic!("{text}: {other:?}"),
        }
    }

    fn field(name: &str, compare: Compare, value: &str) -> Term {
        Term::Field(name.into(), compare, value.into())
    }

    #[test]
    fn words_links_and_comparisons_stand_beside_each_other() {
        assert_eq!(all("Vote"), [Term::Word("vote".into())]);
        let link = Term::Link(Some("n2".into()), Some("n4".into()));
        for text in ["n2 -> n4", "n2->n4", " n2  →n4 "] {
            assert_eq!(all(text), std::slice::from_ref(&link), "{text}");
        }
        assert_eq!(all("* -> n4 lost"), [Term::Link(None, Some("n4".into())), Term::Word("lost".into())]);
        assert_eq!(all("term=3"), [field("term", Compare::Is, "3")]);
        let both = [field("term", Compare::AtLeast, "3"), field("role", Compare::IsNot, "leader")];
        assert_eq!(all("term >=3 role!= leader"), both);
    }

    #[test]
    fn instants_and_conditions_are_read_as_such() {
        for text in ["512 ms", "512ms", "0.512s"] {
            assert_eq!(parse(text), Ok(Some(Query::At(Micros::ms(512)))), "{text}");
        }
        for text in
            ["n2 crashes #2", "RequestVote from n1 is lost", "2 servers are leader", "n1 crashes, then n1 starts"]
        {
            let condition = text.parse().expect("it is a condition");
            for written in [text.to_string(), format!("until {text}")] {
                assert_eq!(parse(&written), Ok(Some(Query::Happens(Condition::clone(&condition)))), "{written}");
            }
        }
        assert_eq!(parse("   "), Ok(None));
    }

    #[test]
    fn what_cannot_be_read_is_said_precisely() {
        let wrong = |text: &str| parse(text).expect_err(text);
        assert_eq!(wrong("term ="), "nothing stands after `=`: write `term = 3`");
        assert_eq!(wrong("= 3"), "nothing stands before `=`: write `term = 3`");
        assert_eq!(wrong("n2 ->"), "nothing stands after `->`: write `n2 -> n4`, or `* -> n4` for anyone");
        assert_eq!(wrong("-> n4"), "nothing stands before `->`: write `n2 -> n4`, or `* -> n4` for anyone");
        assert_eq!(wrong("n1 -> n2 -> n3"), "nothing stands before `->`: write `n2 -> n4`, or `* -> n4` for anyone");
        assert_eq!(wrong("term < = 3"), "nothing stands after `<`: write `term = 3`");
        assert!(wrong("12 parsecs").starts_with("`12 parsecs` is not a time"));
        assert_eq!(wrong("-5ms"), "`-5ms` is negative: times start at 0");
        assert!(wrong("until n1 sings").starts_with("`n1 sings` is no condition"));
    }

    #[test]
    fn numbers_compare_as_numbers() {
        assert!(Compare::More.holds("10", "9"));
        assert!(Compare::Is.holds("Leader", "leader"));
        assert!(!Compare::Less.holds("10", "9"));
    }
}
