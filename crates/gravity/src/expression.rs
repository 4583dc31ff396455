//! Expressions over columns: `log(dist)`, `dist * (exporter == importer)`, `pta`.
//!
//! Grammar, loosest first: `|`, `&`, comparisons, `+ -`, `* /`, `^`, unary `-` and `!`, then numbers, names
//! (`` `any name` `` in backticks), texts in quotes, calls and parentheses. A comparison is 1 or 0. `==` and
//! `!=` compare labels where one side is a text or both are names, and numbers otherwise. Functions: `log`,
//! `log1p`, `exp`, `sqrt`, `abs`, `min`, `max`, `I` (its argument), `ifelse(condition, yes, no)`.

use crate::table::{Role, Roles};
use crate::{GravityError, Table};

/// A parsed expression.
#[derive(Debug, Clone, PartialEq)]
pub struct Expression {
    node: Node,
    /// How it was written, without blanks.
    text: String,
}

#[derive(Debug, Clone, PartialEq)]
enum Node {
    Number(f64),
    Name(String),
    Text(String),
    Unary(char, Box<Node>),
    Binary(&'static str, Box<Node>, Box<Node>),
    Call(String, Vec<Node>),
}

/// Functions and how many arguments they take.
const FUNCTIONS: &[(&str, usize)] = &[
    ("log", 1),
    ("log1p", 1),
    ("exp", 1),
    ("sqrt", 1),
    ("abs", 1),
    ("I", 1),
    ("min", 2),
    ("max", 2),
    ("ifelse", 3),
];

/// Binary operators, loosest level first.
const LEVELS: &[&[&str]] = &[&["|"], &["&"], &["==", "!=", "<=", ">=", "<", ">"], &["+", "-"], &["*", "/"]];

impl Expression {
    /// Reads an expression.
    ///
    /// # Errors
    /// With the character at which reading stopped and what would be valid there.
    pub fn parse(text: &str) -> Result<Self, GravityError> {
        let mut reader = Reader { text, at: 0 };
        let node = reader.level(0)?;
        reader.blanks();
        if reader.at < text.len() {
            return Err(reader.error("something follows the expression", "the end, or an operator"));
        }
        Ok(Self { node, text: text.split_whitespace().collect() })
    }

    /// How it was written, without blanks.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The name, where the expression is only that.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        match &self.node {
            Node::Name(name) => Some(name),
            _ => None,
        }
    }

    /// Adds the columns that are needed to `roles`.
    pub fn needs(&self, roles: &mut Roles) {
        needs(&self.node, roles);
    }

    /// The value for each row; NaN where a cell is missing.
    ///
    /// # Errors
    /// If a column is missing.
    pub fn evaluate(&self, table: &Table) -> Result<Vec<f64>, GravityError> {
        evaluate(&self.node, table)
    }
}

fn compares_labels(left: &Node, right: &Node) -> bool {
    matches!((left, right), (Node::Text(_), Node::Name(_)) | (Node::Name(_), Node::Text(_) | Node::Name(_)))
}

fn needs(node: &Node, roles: &mut Roles) {
    let mut need = |name: &String, role: Role| {
        let known = roles.entry(name.clone()).or_default();
        known.number |= role.number;
        known.key |= role.key;
    };
    match node {
        Node::Number(_) | Node::Text(_) => {}
        Node::Name(name) => need(name, Role { number: true, key: false }),
        Node::Unary(_, inner) => needs(inner, roles),
        Node::Binary("==" | "!=", left, right) if compares_labels(left, right) => {
            for side in [left, right] {
                if let Node::Name(name) = &**side {
                    need(name, Role { number: false, key: true });
                }
            }
        }
        Node::Binary(_, left, right) => {
            needs(left, roles);
            needs(right, roles);
        }
        Node::Call(_, arguments) => arguments.iter().for_each(|argument| needs(argument, roles)),
    }
}

fn evaluate(node: &Node, table: &Table) -> Result<Vec<f64>, GravityError> {
    Ok(match node {
        Node::Number(value) => vec![*value; table.rows()],
        Node::Text(text) => {
            return Err(GravityError::UnknownName {
                what: "the text".to_owned(),
                name: text.clone(),
                valid: "a text only beside `==` or `!=` and the name of a column".to_owned(),
            });
        }
        Node::Name(name) => table.numbers(name)?.into_owned(),
        Node::Unary(sign, inner) => {
            let mut values = evaluate(inner, table)?;
            for value in &mut values {
                *value = if *sign == '-' { -*value } else { truth(value.is_nan(), *value == 0.0, *value) };
            }
            values
        }
        Node::Binary(operator @ ("==" | "!="), left, right) if compares_labels(left, right) => {
            let equal = equal_labels(left, right, table)?;
            equal
                .into_iter()
                .map(|equal| truth(equal.is_nan(), (equal == 1.0) == (*operator == "=="), equal))
                .collect()
        }
        Node::Binary(operator, left, right) => {
            let (mut left, right) = (evaluate(left, table)?, evaluate(right, table)?);
            for (a, b) in left.iter_mut().zip(right) {
                *a = binary(operator, *a, b);
            }
            left
        }
        Node::Call(function, arguments) => {
            let values: Result<Vec<_>, _> = arguments.iter().map(|node| evaluate(node, table)).collect();
            call(function, values?)
        }
    })
}

/// 1 or 0, or the missing value that made it neither.
fn truth(missing: bool, holds: bool, value: f64) -> f64 {
    if missing { value } else { f64::from(u8::from(holds)) }
}

fn equal_labels(left: &Node, right: &Node, table: &Table) -> Result<Vec<f64>, GravityError> {
    let (first, second) = match (left, right) {
        (Node::Name(name), other) | (other, Node::Name(name)) => (table.keys(name)?, other),
        _ => return Ok(vec![f64::NAN; table.rows()]),
    };
    let missing = |row: usize| first.label(row).is_empty();
    let value = |missing: bool, equal: bool| truth(missing, equal, f64::NAN);
    Ok(match second {
        Node::Name(name) => {
            let second = table.keys(name)?;
            (0..table.rows())
                .map(|row| {
                    value(missing(row) || second.label(row).is_empty(), first.label(row) == second.label(row))
                })
                .collect()
        }
        Node::Text(text) => {
            (0..table.rows()).map(|row| value(missing(row), first.label(row) == text)).collect()
        }
        _ => vec![f64::NAN; table.rows()],
    })
}

fn binary(operator: &str, a: f64, b: f64) -> f64 {
    let missing = a.is_nan() || b.is_nan();
    let compare = |holds: bool| truth(missing, holds, f64::NAN);
    match operator {
        "+" => a + b,
        "-" => a - b,
        "*" => a * b,
        "/" => a / b,
        "^" => a.powf(b),
        "==" => compare(a == b),
        "!=" => compare(a != b),
        "<" => compare(a < b),
        "<=" => compare(a <= b),
        ">" => compare(a > b),
        ">=" => compare(a >= b),
        "&" => compare(a != 0.0 && b != 0.0),
        _ => compare(a != 0.0 || b != 0.0),
    }
}

fn call(function: &str, mut arguments: Vec<Vec<f64>>) -> Vec<f64> {
    if function == "ifelse" {
        let (no, yes) = (arguments.pop().unwrap_or_default(), arguments.pop().unwrap_or_default());
        let condition = arguments.pop().unwrap_or_default();
        return condition
            .into_iter()
            .zip(yes.into_iter().zip(no))
            .map(|(condition, (yes, no))| match condition {
                missing if missing.is_nan() => missing,
                0.0 => no,
                _ => yes,
            })
            .collect();
    }
    let second = if arguments.len() == 2 { arguments.pop() } else { None };
    let mut values = arguments.pop().unwrap_or_default();
    for (row, value) in values.iter_mut().enumerate() {
        let other = second.as_ref().map_or(f64::NAN, |second| second[row]);
        *value = match function {
            "log" => value.ln(),
            "log1p" => value.ln_1p(),
            "exp" => value.exp(),
            "sqrt" => value.sqrt(),
            "abs" => value.abs(),
            "min" if !value.is_nan() && !other.is_nan() => value.min(other),
            "max" if !value.is_nan() && !other.is_nan() => value.max(other),
            "min" | "max" => f64::NAN,
            _ => *value,
        };
    }
    values
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn blanks(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    fn error(&self, problem: &str, valid: &str) -> GravityError {
        GravityError::Formula {
            formula: self.text.to_owned(),
            at: self.text[..self.at].chars().count() + 1,
            problem: problem.to_owned(),
            valid: valid.to_owned(),
        }
    }

    fn take(&mut self, word: &str) -> bool {
        self.blanks();
        let found = self.rest().starts_with(word);
        if found {
            self.at += word.len();
        }
        found
    }

    fn level(&mut self, level: usize) -> Result<Node, GravityError> {
        let Some(operators) = LEVELS.get(level) else { return self.unary() };
        let mut left = self.level(level + 1)?;
        while let Some(operator) = operators.iter().find(|operator| self.take(operator)) {
            let right = self.level(level + 1)?;
            left = Node::Binary(operator, Box::new(left), Box::new(right));
        }
        Ok(left)
    }

    fn unary(&mut self) -> Result<Node, GravityError> {
        if self.take("-") {
            return Ok(Node::Unary('-', Box::new(self.unary()?)));
        }
        self.blanks();
        if self.rest().starts_with('!') && !self.rest().starts_with("!=") {
            self.at += 1;
            return Ok(Node::Unary('!', Box::new(self.unary()?)));
        }
        let base = self.atom()?;
        // Like in R, a power binds tighter than a sign before it and to the right.
        if self.take("^") {
            return Ok(Node::Binary("^", Box::new(base), Box::new(self.unary()?)));
        }
        Ok(base)
    }

    fn atom(&mut self) -> Result<Node, GravityError> {
        self.blanks();
        let rest = self.rest();
        let Some(first) = rest.chars().next() else {
            return Err(self.error("it ends here", "a number, a name, a call or `(`"));
        };
        if first == '(' {
            self.at += 1;
            let inner = self.level(0)?;
            return if self.take(")") { Ok(inner) } else { Err(self.error("a `(` is open", "`)`")) };
        }
        if let Some(quote @ ('\'' | '"' | '`')) = Some(first) {
            let Some(length) = rest[1..].find(quote) else {
                return Err(self.error("a quote is open", "the same quote again"));
            };
            let inner = rest[1..=length].to_owned();
            self.at += length + 2;
            return Ok(if quote == '`' { Node::Name(inner) } else { Node::Text(inner) });
        }
        if first.is_ascii_digit() || first == '.' {
            let mut length = rest.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(rest.len());
            let exponent = rest[length..].strip_prefix(['e', 'E']).map(|after| {
                let sign = usize::from(after.starts_with(['+', '-']));
                let digits = after[sign..].find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len() - sign);
                if digits == 0 { 0 } else { 1 + sign + digits }
            });
            length += exponent.unwrap_or(0);
            let Ok(value) = rest[..length].parse() else {
                return Err(self.error("this is no number", "a number such as 1.5 or 2e-3"));
            };
            self.at += length;
            return Ok(Node::Number(value));
        }
        let length =
            rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '.')).unwrap_or(rest.len());
        if length == 0 {
            return Err(
                self.error(&format!("`{first}` cannot stand here"), "a number, a name, a call or `(`")
            );
        }
        let name = rest[..length].to_owned();
        let start = self.at;
        self.at += length;
        if !self.take("(") {
            return Ok(Node::Name(name));
        }
        let Some((_, wanted)) = FUNCTIONS.iter().find(|(function, _)| *function == name) else {
            self.at = start;
            let known: Vec<&str> = FUNCTIONS.iter().map(|(function, _)| *function).collect();
            return Err(self.error(&format!("`{name}` is not a function"), &known.join(", ")));
        };
        let mut arguments = vec![self.level(0)?];
        while self.take(",") {
            arguments.push(self.level(0)?);
        }
        if !self.take(")") {
            return Err(self.error("a `(` is open", "`,` or `)`"));
        }
        if arguments.len() != *wanted {
            let valid = format!("{wanted} argument(s)");
            return Err(self.error(&format!("`{name}` has {} argument(s)", arguments.len()), &valid));
        }
        Ok(Node::Call(name, arguments))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Keys;

    fn value(text: &str) -> f64 {
        let table = Table::new("t", 1)
            .with_numbers("dist", vec![100.0])
            .and_then(|table| table.with_keys("exporter", Keys::from_labels(["KAZ"])))
            .and_then(|table| table.with_keys("importer", Keys::from_labels(["ARM"])))
            .unwrap();
        Expression::parse(text).unwrap().evaluate(&table).unwrap()[0]
    }

    #[test]
    fn operators_bind_as_in_r() {
        assert_eq!(value("1 + 2 * 3 ^ 2"), 19.0);
        assert_eq!(value("-2^2"), -4.0);
        assert_eq!(value("(1 + 2) * 3 - 4 / 2"), 7.0);
        assert_eq!(value("dist > 50 & exporter != importer"), 1.0);
        assert_eq!(value("ifelse(exporter == 'KAZ', log(dist), 0)"), 100f64.ln());
        assert_eq!(value("!(exporter == importer) | 0"), 1.0);
        assert_eq!(value("max(dist, 2.5e2)"), 250.0);
    }

    #[test]
    fn what_cannot_be_read_is_named_with_its_place() {
        let error = |text: &str| Expression::parse(text).unwrap_err().to_string();
        insta::assert_snapshot!(
            ["log(dist", "lg(dist)", "1 +", "a b", "min(1)", "#"].map(error).join("\n"),
            @r"
        the formula `log(dist` cannot be read at character 9: a `(` is open; valid: `,` or `)`
        the formula `lg(dist)` cannot be read at character 1: `lg` is not a function; valid: log, log1p, exp, sqrt, abs, I, min, max, ifelse
        the formula `1 +` cannot be read at character 4: it ends here; valid: a number, a name, a call or `(`
        the formula `a b` cannot be read at character 3: something follows the expression; valid: the end, or an operator
        the formula `min(1)` cannot be read at character 7: `min` has 1 argument(s); valid: 2 argument(s)
        the formula `#` cannot be read at character 1: `#` cannot stand here; valid: a number, a name, a call or `(`
        "
        );
    }
}
