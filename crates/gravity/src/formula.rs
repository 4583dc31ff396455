//! Formulas in the syntax of R's `fixest`: `trade ~ log(dist) + rta | exporter^year + importer^year`.
//!
//! Left of `~` stands the response, or `c(a, b)` for several. Right of it stand regressors joined by `+`:
//! an [`Expression`], a product `a:b`, `a*b` (both and their product), or `i(key)`, `i(key, x)`,
//! `i(key, x, ref = label)` for one column per key. After `|` stand the fixed effects: names, joined by `^`
//! where they act together. `sw(a, b)` and `csw(a, b)` stand for one specification each, step-wise and
//! cumulative; with `0` at the end of the name there is one more, without any. `- 1` leaves the constant out
//! where there are no fixed effects.

use crate::table::{Role, Roles};
use crate::{Expression, GravityError};

/// One specification: what a formula stands for once its steps are written out.
#[derive(Debug, Clone, PartialEq)]
pub struct Specification {
    /// The response.
    pub response: Expression,
    /// The regressors.
    pub terms: Vec<Term>,
    /// Fixed effects; each is a list of keys that act together.
    pub effects: Vec<Vec<String>>,
    /// Whether there is a constant; fixed effects take its place.
    pub constant: bool,
}

/// One regressor, or one family of regressors: a product of factors.
#[derive(Debug, Clone, PartialEq)]
pub struct Term {
    /// The factors.
    pub factors: Vec<Factor>,
}

/// One factor of a term.
#[derive(Debug, Clone, PartialEq)]
pub enum Factor {
    /// One column.
    Column(Expression),
    /// One column for each label of a key, without that of the reference.
    Each {
        /// The key.
        key: String,
        /// What the column is multiplied by; 1 where absent.
        by: Option<Expression>,
        /// The label left out.
        reference: Option<String>,
    },
}

impl Specification {
    /// Columns that are needed, with their roles.
    #[must_use]
    pub fn needs(&self) -> Roles {
        let mut roles = Roles::new();
        self.response.needs(&mut roles);
        for factor in self.terms.iter().flat_map(|term| &term.factors) {
            match factor {
                Factor::Column(expression) => expression.needs(&mut roles),
                Factor::Each { key, by, .. } => {
                    roles.entry(key.clone()).or_default().key = true;
                    if let Some(by) = by {
                        by.needs(&mut roles);
                    }
                }
            }
        }
        for name in self.effects.iter().flatten() {
            let role: &mut Role = roles.entry(name.clone()).or_default();
            role.key = true;
        }
        roles
    }

    /// The fixed effects as they are written: `exporter^year`.
    pub fn effect_names(&self) -> impl Iterator<Item = String> {
        self.effects.iter().map(|keys| keys.join("^"))
    }
}

/// Reads a formula into its specifications, one or more.
///
/// # Errors
/// With the character at which reading stopped, what is wrong and what would be valid.
pub fn parse(formula: &str) -> Result<Vec<Specification>, GravityError> {
    let whole = Part { whole: formula, text: formula };
    let sides = whole.split("~")?;
    let [left, right] = sides.as_slice() else {
        return Err(whole.error("it needs exactly one `~`", "response ~ regressors | fixed effects"));
    };
    let parts = right.split("|")?;
    if parts.len() > 2 {
        return Err(
            parts[2].error("a second `|` stands before this", "one `|`: instruments are not supported")
        );
    }
    let responses = match left.call("c") {
        Some(inner) => inner.split(",")?,
        None => vec![left.trim()],
    };
    let (regressors, constant) = regressors(parts[0])?;
    let effects = match parts.get(1) {
        Some(part) => effects(*part)?,
        None => vec![Vec::new()],
    };
    let mut specifications = Vec::new();
    for response in responses {
        for terms in &regressors {
            for effects in &effects {
                specifications.push(Specification {
                    response: response.expression()?,
                    terms: terms.clone(),
                    effects: effects.clone(),
                    constant: constant && effects.is_empty(),
                });
            }
        }
    }
    Ok(specifications)
}

/// Every specification written out so far, each to be continued.
type Alternatives<T> = Vec<Vec<T>>;

fn regressors(part: Part<'_>) -> Result<(Alternatives<Term>, bool), GravityError> {
    let mut alternatives: Alternatives<Term> = vec![Vec::new()];
    let mut constant = true;
    for piece in part.terms()? {
        match piece.text {
            "1" => continue,
            "0" | "-1" => {
                constant = false;
                continue;
            }
            _ => {}
        }
        alternatives = piece.steps(alternatives, &mut |piece| terms(piece))?;
    }
    Ok((alternatives, constant))
}

fn terms(piece: Part<'_>) -> Result<Vec<Term>, GravityError> {
    let crossed = piece.split("*")?;
    let mut terms: Vec<Term> = Vec::new();
    for part in crossed {
        let factors: Result<Vec<Factor>, _> = part.split(":")?.into_iter().map(factor).collect();
        let factors = factors?;
        // a * b is a + b + a:b; with three, all products.
        let products: Vec<Term> = terms
            .iter()
            .map(|term| Term { factors: term.factors.iter().chain(&factors).cloned().collect() })
            .collect();
        terms.push(Term { factors });
        terms.extend(products);
    }
    terms.sort_by_key(|term| term.factors.len());
    Ok(terms)
}

fn factor(part: Part<'_>) -> Result<Factor, GravityError> {
    let Some(inner) = part.call("i") else { return Ok(Factor::Column(part.expression()?)) };
    let arguments = inner.split(",")?;
    let key = arguments[0].name()?;
    let (mut by, mut reference) = (None, None);
    for argument in &arguments[1..] {
        let named = argument
            .text
            .split_once('=')
            .filter(|(name, rest)| name.trim() == "ref" && !rest.starts_with('='));
        match named {
            Some((_, label)) => reference = Some(label.trim().trim_matches(['\'', '"']).to_owned()),
            None if by.is_none() => by = Some(argument.expression()?),
            None => {
                return Err(
                    argument.error("`i` has too many arguments", "i(key), i(key, x), i(key, x, ref = label)")
                );
            }
        }
    }
    Ok(Factor::Each { key, by, reference })
}

fn effects(part: Part<'_>) -> Result<Alternatives<Vec<String>>, GravityError> {
    let mut alternatives: Alternatives<Vec<String>> = vec![Vec::new()];
    for piece in part.terms()? {
        if piece.text == "0" {
            continue;
        }
        alternatives = piece.steps(alternatives, &mut |piece| {
            if piece.text.contains('[') {
                return Err(piece.error(
                    "varying slopes are not supported",
                    "names, joined by `^` where they act together",
                ));
            }
            let keys: Result<Vec<String>, _> = piece.split("^")?.into_iter().map(|key| key.name()).collect();
            Ok(vec![keys?])
        })?;
    }
    Ok(alternatives)
}

/// A piece of the formula; `whole` is kept for the messages.
#[derive(Debug, Clone, Copy)]
struct Part<'t> {
    whole: &'t str,
    text: &'t str,
}

impl<'t> Part<'t> {
    fn of(self, text: &'t str) -> Self {
        Self { text, ..self }.trim()
    }

    fn trim(self) -> Self {
        Self { text: self.text.trim(), ..self }
    }

    fn error(self, problem: &str, valid: &str) -> GravityError {
        // Pieces are slices of the whole, so that their place is their distance from its start.
        let offset = (self.text.as_ptr() as usize).saturating_sub(self.whole.as_ptr() as usize);
        GravityError::Formula {
            formula: self.whole.to_owned(),
            at: self.whole.get(..offset).map_or(0, |before| before.chars().count()) + 1,
            problem: problem.to_owned(),
            valid: valid.to_owned(),
        }
    }

    /// Parts between separators that stand outside parentheses and quotes.
    fn split(self, separator: &str) -> Result<Vec<Self>, GravityError> {
        let (mut depth, mut start, mut quote) = (0usize, 0, None);
        let mut parts = Vec::new();
        for (at, c) in self.text.char_indices() {
            match (quote, c) {
                (Some(open), _) if open == c => quote = None,
                (Some(_), _) => {}
                (None, '\'' | '"' | '`') => quote = Some(c),
                (None, '(') => depth += 1,
                (None, ')') if depth == 0 => {
                    return Err(self
                        .of(&self.text[at..])
                        .error("a `)` closes nothing", "as many `(` as `)`"));
                }
                (None, ')') => depth -= 1,
                _ if depth == 0 && self.text[at..].starts_with(separator) => {
                    parts.push(self.of(&self.text[start..at]));
                    start = at + separator.len();
                }
                _ => {}
            }
        }
        if depth > 0 {
            return Err(self.error("a `(` is open", "as many `)` as `(`"));
        }
        parts.push(self.of(&self.text[start..]));
        Ok(parts)
    }

    /// The terms of a sum; `- 1` becomes a term of its own.
    fn terms(self) -> Result<Vec<Self>, GravityError> {
        let mut terms = Vec::new();
        for part in self.split("+")? {
            if part.text.is_empty() {
                return Err(part.error("a regressor or effect is missing", "a term on both sides of `+`"));
            }
            match part.text.strip_suffix('1').map(str::trim_end).and_then(|rest| rest.strip_suffix('-')) {
                Some(rest) => {
                    if !rest.trim().is_empty() {
                        terms.push(self.of(rest));
                    }
                    terms.push(Self { text: "-1", ..self });
                }
                None => terms.push(part),
            }
        }
        Ok(terms)
    }

    /// What stands in the parentheses of a call to `function`, if the whole part is one.
    fn call(self, function: &str) -> Option<Self> {
        let inner = self.text.strip_prefix(function)?.trim_start().strip_prefix('(')?.strip_suffix(')')?;
        Some(self.of(inner))
    }

    fn expression(self) -> Result<Expression, GravityError> {
        if self.text.is_empty() {
            return Err(self.error("something is missing", "a column or an expression"));
        }
        Expression::parse(self.text)
    }

    fn name(self) -> Result<String, GravityError> {
        let name = self.text.trim_matches('`');
        let plain = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
        if name.is_empty() || (name == self.text && !name.chars().all(plain)) {
            return Err(self.error(
                &format!("`{}` is not the name of a column", self.text),
                "a name; in backticks if it holds other signs",
            ));
        }
        Ok(name.to_owned())
    }

    /// Continues every alternative with this piece, once for each of its steps.
    fn steps<T: Clone>(
        self,
        alternatives: Alternatives<T>,
        read: &mut impl FnMut(Self) -> Result<Vec<T>, GravityError>,
    ) -> Result<Alternatives<T>, GravityError> {
        for (function, cumulative, empty) in
            [("csw0", true, true), ("csw", true, false), ("sw0", false, true), ("sw", false, false)]
        {
            let Some(inner) = self.call(function) else { continue };
            let mut steps: Alternatives<T> = if empty { vec![Vec::new()] } else { Vec::new() };
            let mut so_far = Vec::new();
            for argument in inner.split(",")? {
                let mut step = Vec::new();
                for term in argument.terms()? {
                    step.extend(read(term)?);
                }
                so_far.extend(step.iter().cloned());
                steps.push(if cumulative { so_far.clone() } else { step });
            }
            return Ok(alternatives
                .iter()
                .flat_map(|before| steps.iter().map(|step| [before.as_slice(), step].concat()))
                .collect());
        }
        let terms = read(self)?;
        Ok(alternatives.into_iter().map(|before| [before, terms.clone()].concat()).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(formula: &str) -> String {
        let factor = |factor: &Factor| match factor {
            Factor::Column(expression) => expression.text().to_owned(),
            Factor::Each { key, by, reference } => format!(
                "each {key} by {} without {}",
                by.as_ref().map_or("1", Expression::text),
                reference.as_deref().unwrap_or("none")
            ),
        };
        let lines = parse(formula).unwrap().into_iter().map(|specification| {
            let terms: Vec<String> = specification
                .terms
                .iter()
                .map(|term| term.factors.iter().map(factor).collect::<Vec<_>>().join(" × "))
                .collect();
            let effects: Vec<String> = specification.effect_names().collect();
            format!(
                "{} ~ {} | {} ({})",
                specification.response.text(),
                terms.join(" + "),
                effects.join(" + "),
                specification.constant
            )
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn steps_are_written_out() {
        insta::assert_snapshot!(written("c(trade, log(trade)) ~ x + csw0(a, b:c) | sw(e^t, e^t + j)"), @r"
        trade ~ x | e^t (false)
        trade ~ x | e^t + j (false)
        trade ~ x + a | e^t (false)
        trade ~ x + a | e^t + j (false)
        trade ~ x + a + b × c | e^t (false)
        trade ~ x + a + b × c | e^t + j (false)
        log(trade) ~ x | e^t (false)
        log(trade) ~ x | e^t + j (false)
        log(trade) ~ x + a | e^t (false)
        log(trade) ~ x + a | e^t + j (false)
        log(trade) ~ x + a + b × c | e^t (false)
        log(trade) ~ x + a + b × c | e^t + j (false)
        ");
        insta::assert_snapshot!(written("y ~ a*b + i(year, log(dist), ref = 1986) - 1"), @"y ~ a + b + a × b + each year by log(dist) without 1986 |  (false)");
        insta::assert_snapshot!(written("y ~ I(a != b)"), @"y ~ I(a!=b) |  (true)");
    }

    #[test]
    fn faults_are_named_with_their_place() {
        let error = |formula: &str| parse(formula).unwrap_err().to_string();
        insta::assert_snapshot!(
            ["trade dist", "y ~ x + | i", "y ~ x | i | j", "y ~ x | i[t]", "y ~ log(x", "y ~ x) | i", "y ~ i(a, b, c)", " ~ x"]
                .map(error).join("\n"),
            @r"
        the formula `trade dist` cannot be read at character 1: it needs exactly one `~`; valid: response ~ regressors | fixed effects
        the formula `y ~ x + | i` cannot be read at character 8: a regressor or effect is missing; valid: a term on both sides of `+`
        the formula `y ~ x | i | j` cannot be read at character 13: a second `|` stands before this; valid: one `|`: instruments are not supported
        the formula `y ~ x | i[t]` cannot be read at character 9: varying slopes are not supported; valid: names, joined by `^` where they act together
        the formula `y ~ log(x` cannot be read at character 1: a `(` is open; valid: as many `)` as `(`
        the formula `y ~ x) | i` cannot be read at character 6: a `)` closes nothing; valid: as many `(` as `)`
        the formula `y ~ i(a, b, c)` cannot be read at character 13: `i` has too many arguments; valid: i(key), i(key, x), i(key, x, ref = label)
        the formula ` ~ x` cannot be read at character 1: something is missing; valid: a column or an expression
        ");
    }
}
