//! Reading the query language: words, `field:value`, `AND`, `OR`, `NOT`, `-`, parentheses, quotes,
//! comparisons and prefixes. Odd input means less, never an error.

/// Characters that are read; the rest of a longer text is ignored.
const MAX_LENGTH: usize = 2_000;
/// Terms that are read.
const MAX_TERMS: usize = 60;
/// Levels of parentheses that are read.
const MAX_DEPTH: usize = 12;

/// What a query asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expr {
    /// All of these.
    And(Vec<Expr>),
    /// At least one of these.
    Or(Vec<Expr>),
    /// Everything else.
    Not(Box<Expr>),
    /// A word or a comparison.
    Term(Term),
}

/// One comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// The field's name in lower case; free text has none.
    pub field: Option<String>,
    /// How the field compares with the value.
    pub comparison: Comparison,
    /// The value without quotes, escapes and the prefix mark.
    pub value: String,
    /// Whether the value stood in quotes, so that its words belong together.
    pub quoted: bool,
    /// Whether the value is only a beginning (`term*`).
    pub prefix: bool,
}

/// How a field compares with a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// The same.
    Equal,
    /// Less.
    Less,
    /// Less or the same.
    AtMost,
    /// More.
    Greater,
    /// More or the same.
    AtLeast,
}

impl Comparison {
    /// The SQL operator.
    #[must_use]
    pub fn operator(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::Greater => ">",
            Self::AtLeast => ">=",
        }
    }
}

/// Reads a query; `None` when it asks for nothing in particular.
#[must_use]
pub fn parse(text: &str) -> Option<Expr> {
    let text: Vec<char> = text.chars().take(MAX_LENGTH).collect();
    let mut reader = Reader {
        text,
        at: 0,
        terms: 0,
    };
    let mut parts = Vec::new();
    while reader.peek().is_some() {
        parts.extend(reader.any_of(0));
        // A closing parenthesis that was never opened stands for nothing.
        reader.at += 1;
    }
    combine(parts, Expr::And)
}

/// How many terms of a query are read.
#[must_use]
pub fn terms(text: &str) -> usize {
    fn count(expr: &Expr) -> usize {
        match expr {
            Expr::And(parts) | Expr::Or(parts) => parts.iter().map(count).sum(),
            Expr::Not(inner) => count(inner),
            Expr::Term(_) => 1,
        }
    }
    parse(text).as_ref().map_or(0, count)
}

fn combine(mut parts: Vec<Expr>, all: fn(Vec<Expr>) -> Expr) -> Option<Expr> {
    match parts.len() {
        0 => None,
        1 => parts.pop(),
        _ => Some(all(parts)),
    }
}

struct Reader {
    text: Vec<char>,
    at: usize,
    terms: usize,
}

impl Reader {
    fn peek(&self) -> Option<char> {
        self.text.get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while self.peek().is_some_and(char::is_whitespace) {
            self.at += 1;
        }
    }

    /// Takes `word` if it stands here as a whole word.
    fn take_word(&mut self, word: &str) -> bool {
        let end = self.at + word.len();
        let here = self.text.get(self.at..end);
        let found = here.is_some_and(|found| found.iter().copied().eq(word.chars()))
            && self
                .text
                .get(end)
                .is_none_or(|next| next.is_whitespace() || *next == '(' || *next == ')');
        if found {
            self.at = end;
        }
        found
    }

    fn any_of(&mut self, depth: usize) -> Option<Expr> {
        let mut branches = Vec::new();
        loop {
            branches.extend(self.all_of(depth));
            if !self.take_word("OR") {
                break;
            }
        }
        combine(branches, Expr::Or)
    }

    fn all_of(&mut self, depth: usize) -> Option<Expr> {
        let mut parts = Vec::new();
        loop {
            self.skip_space();
            let start = self.at;
            if self.take_word("AND") {
                continue;
            }
            let ends = self.take_word("OR");
            self.at = start;
            if ends || matches!(self.peek(), None | Some(')')) {
                break;
            }
            parts.extend(self.one(depth));
            // Whatever stands here is consumed, so that reading always ends.
            if self.at == start {
                self.at += 1;
            }
        }
        combine(parts, Expr::And)
    }

    fn one(&mut self, depth: usize) -> Option<Expr> {
        let mut negated = false;
        loop {
            self.skip_space();
            if self.take_word("NOT") {
                negated = !negated;
            } else if self.peek() == Some('-') {
                self.at += 1;
                negated = !negated;
            } else {
                break;
            }
        }
        let found = if self.peek() == Some('(') {
            self.at += 1;
            let inside = self.group(depth);
            if self.peek() == Some(')') {
                self.at += 1;
            }
            inside
        } else {
            self.term()
        };
        match found {
            Some(expr) if negated => Some(Expr::Not(Box::new(expr))),
            found => found,
        }
    }

    fn group(&mut self, depth: usize) -> Option<Expr> {
        if depth < MAX_DEPTH {
            return self.any_of(depth + 1);
        }
        // Too deep: what is inside is passed over as if it were not there.
        let mut open = 1;
        while let Some(letter) = self.peek() {
            match letter {
                '(' => open += 1,
                ')' => open -= 1,
                _ => {}
            }
            if open == 0 {
                break;
            }
            self.at += 1;
        }
        None
    }

    fn term(&mut self) -> Option<Expr> {
        let field = self.field();
        let comparison = match field {
            Some(_) => self.comparison(),
            None => Comparison::Equal,
        };
        let (value, quoted, prefix) = self.value();
        self.terms += 1;
        if self.terms > MAX_TERMS || (value.is_empty() && !prefix) {
            return None;
        }
        Some(Expr::Term(Term {
            field,
            comparison,
            value,
            quoted,
            prefix,
        }))
    }

    /// A field's name with its colon, if one stands here.
    fn field(&mut self) -> Option<String> {
        let rest = self.text.get(self.at..)?;
        let length = rest
            .iter()
            .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.'))
            .count();
        if length == 0 || rest.get(length) != Some(&':') {
            return None;
        }
        let name: String = rest[..length]
            .iter()
            .map(char::to_ascii_lowercase)
            .collect();
        self.at += length + 1;
        Some(name)
    }

    fn comparison(&mut self) -> Comparison {
        let (comparison, length) = match (self.peek(), self.text.get(self.at + 1)) {
            (Some('>'), Some('=')) => (Comparison::AtLeast, 2),
            (Some('<'), Some('=')) => (Comparison::AtMost, 2),
            (Some('>'), _) => (Comparison::Greater, 1),
            (Some('<'), _) => (Comparison::Less, 1),
            (Some('='), _) => (Comparison::Equal, 1),
            _ => (Comparison::Equal, 0),
        };
        self.at += length;
        comparison
    }

    /// The value here, whether it was quoted, and whether it is a prefix.
    fn value(&mut self) -> (String, bool, bool) {
        if let Some(quote @ ('"' | '\'')) = self.peek() {
            let value = self.quoted(quote);
            let prefix = self.peek() == Some('*');
            self.at += usize::from(prefix);
            return (value, true, prefix);
        }
        let mut value = String::new();
        let mut prefix = false;
        while let Some(letter) = self.peek() {
            if letter.is_whitespace() || matches!(letter, '(' | ')') {
                break;
            }
            self.at += 1;
            prefix = letter == '*';
            match letter {
                '\\' => value.extend(self.escaped()),
                '*' => {}
                other => value.push(other),
            }
        }
        (value, false, prefix)
    }

    fn escaped(&mut self) -> Option<char> {
        let letter = self.peek()?;
        self.at += 1;
        Some(letter)
    }

    fn quoted(&mut self, quote: char) -> String {
        self.at += 1;
        let mut value = String::new();
        while let Some(letter) = self.peek() {
            self.at += 1;
            match letter {
                '\\' => value.extend(self.escaped()),
                letter if letter == quote => break,
                other => value.push(other),
            }
        }
        value
    }
}

#[cfg(test)]
#[path = "query_tests.rs"]
mod tests;
