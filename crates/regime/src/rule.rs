//! Rules and their versions.

use case::{Basis, Case, Finding, Form, Holds, LegalStatus, Mode, Provenance, Row, Sheets, Terms, Validity};
use jiff::civil::Date;
use network::{GoodsScope, LinkId, Network, PlaceId, load_validity};

/// A version's number in its regime.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VersionId(pub u32);

/// What money in a rule is paid for, or what a number in it counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Per cent of the goods' value.
    PercentOfValue,
    /// Money, and what it is paid for.
    Money(Basis),
    /// A factor without unit.
    Factor,
    /// Hours.
    Hours,
    /// Tonnes a year.
    TonnesPerYear,
}

/// What a version does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Nothing: an earlier version is lifted.
    None,
    /// Forbids, by law.
    Ban,
    /// Forbids, by order of a railway or port.
    Embargo,
    /// Forbids unless conditions are met.
    AllowedIf,
    /// Allows with a paper, which may take hours.
    Permit,
    /// Limits tonnes a year.
    Quota,
    /// Takes a share of the value, or money, between origin and destination.
    Duty,
    /// Takes money at a link or place.
    Fee,
    /// Multiplies a railway's tariff.
    TariffCoefficient,
    /// Replaces a railway's tariff.
    TariffRate,
    /// Gives money between origin and destination.
    Subsidy,
}

impl Effect {
    fn of(word: &str) -> Option<Self> {
        Some(match word {
            "none" => Self::None,
            "ban" => Self::Ban,
            "embargo" => Self::Embargo,
            "allowed_if" => Self::AllowedIf,
            "permit" => Self::Permit,
            "quota" => Self::Quota,
            "duty" => Self::Duty,
            "fee" => Self::Fee,
            "tariff_coefficient" => Self::TariffCoefficient,
            "tariff_rate" => Self::TariffRate,
            "subsidy" => Self::Subsidy,
            _ => return None,
        })
    }

    /// The words for it.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::None => "no effect",
            Self::Ban => "ban",
            Self::Embargo => "operational embargo",
            Self::AllowedIf => "allowed on conditions",
            Self::Permit => "permit",
            Self::Quota => "quota",
            Self::Duty => "duty",
            Self::Fee => "fee",
            Self::TariffCoefficient => "tariff coefficient",
            Self::TariffRate => "tariff rate",
            Self::Subsidy => "subsidy",
        }
    }

    /// Whether it changes a railway's tariff, and so belongs to whole hauls and not to a link.
    #[must_use]
    pub fn belongs_to_hauls(self) -> bool {
        matches!(self, Self::TariffCoefficient | Self::TariffRate)
    }

    /// Whether it belongs to the pair of origin and destination and not to a link.
    #[must_use]
    pub fn belongs_to_the_pair(self) -> bool {
        matches!(self, Self::Duty | Self::Subsidy)
    }
}

/// How goods relate to the territory of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Movement {
    /// In any way.
    Any,
    /// Neither from nor to it.
    Transit,
    /// To it from elsewhere.
    Import,
    /// From it to elsewhere.
    Export,
    /// From it to it.
    Domestic,
}

/// In which direction a rule applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heading {
    /// In any.
    Any,
    /// Along a link, from its `from`.
    Forward,
    /// Along a link, to its `from`.
    Backward,
    /// Into the territory.
    Entry,
    /// Out of the territory.
    Exit,
}

/// Where a version applies: what is filled must match, what is empty matches everything.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    /// Links in one of these economies.
    pub territory: Vec<String>,
    /// Whatever starts, ends, is loaded or changed at one of these.
    pub places: Vec<PlaceId>,
    /// These links.
    pub links: Vec<LinkId>,
    /// Links of these carriers.
    pub carriers: Vec<String>,
    /// These modes.
    pub modes: Vec<Mode>,
}

impl Scope {
    /// Whether it names links or places one by one.
    #[must_use]
    pub fn is_local(&self) -> bool {
        !self.links.is_empty() || !self.places.is_empty()
    }
}

/// To which goods a version applies.
#[derive(Debug, Clone)]
pub struct ClassScope {
    /// How goods relate to the territory (of the scope, or of its places and links).
    pub movement: Movement,
    /// The economies that `movement` looks at.
    pub movement_territory: Vec<String>,
    /// Goods of these economies or blocs.
    pub origins: Vec<String>,
    /// Goods for these economies or blocs.
    pub destinations: Vec<String>,
    /// HS prefixes.
    pub goods: GoodsScope,
    /// Forms of goods.
    pub forms: Vec<Form>,
}

/// For tariffs: to which hauls a version applies.
#[derive(Debug, Clone, Default)]
pub struct HaulScope {
    /// The haul begins or ends at one of these.
    pub gates: Vec<PlaceId>,
    /// It is at least this long, km.
    pub min_km: Option<f64>,
    /// It is shorter than this, km.
    pub max_km: Option<f64>,
}

/// One version of a rule.
#[derive(Debug, Clone)]
pub struct Version {
    /// The rule, by number.
    pub rule: u32,
    /// Its number within the rule.
    pub number: u32,
    /// What it does.
    pub effect: Effect,
    /// How binding it is.
    pub status: LegalStatus,
    /// Whether its existence or content is disputed.
    pub disputed: bool,
    /// When it became public.
    pub known_from: Date,
    /// When it holds.
    pub validity: Validity,
    /// Where it applies.
    pub scope: Scope,
    /// In which direction.
    pub heading: Heading,
    /// To which goods.
    pub class: ClassScope,
    /// To which hauls, for tariffs.
    pub haul: HaulScope,
    /// What it amounts to, with the unit.
    pub value: Option<(f64, Unit)>,
    /// The terms of the value, where it is money.
    pub terms: Terms,
    /// Alternatives, each of conditions that must all be met.
    pub conditions: Vec<Vec<String>>,
    /// What it says, in one sentence.
    pub text: String,
    /// A remark; may be empty.
    pub note: String,
    /// Where the row comes from.
    pub provenance: Provenance,
}

/// A rule: a series of versions.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Identifier.
    pub id: String,
    /// Title.
    pub title: String,
    /// Who made it.
    pub issuer: String,
    /// Its versions, by number.
    pub versions: Vec<VersionId>,
    /// A remark; may be empty.
    pub note: String,
    /// Where the row comes from.
    pub provenance: Provenance,
}

/// The rules of a case.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    /// Rules, in the case's order.
    pub rules: Vec<Rule>,
    /// All versions, by [`VersionId`].
    pub versions: Vec<Version>,
}

/// As of when, and of what standing, rules and states are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Perspective {
    /// What became known later is not seen.
    pub known: Date,
    /// Versions of a lesser status do not bind.
    pub binding: LegalStatus,
    /// Whether disputed versions are applied.
    pub disputed: bool,
}

/// A version that speaks on a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Speaking {
    /// Which one.
    pub version: VersionId,
    /// Whether it surely holds; its end may be unknown.
    pub certain: bool,
}

impl Rules {
    /// Reads `rules.csv` and `rule_versions.csv`.
    #[must_use]
    pub fn load(case: &Case, network: &Network, sheets: &Sheets, findings: &mut Vec<Finding>) -> Self {
        let mut rules = Self::default();
        rules.extend(case, network, sheets, findings);
        rules
    }

    /// Adds rules, and versions to them or to rules that are there. Nothing that is there changes its
    /// number.
    pub fn extend(&mut self, case: &Case, network: &Network, sheets: &Sheets, findings: &mut Vec<Finding>) {
        let rules = self;
        for row in sheets.rows("rules") {
            rules.rules.push(Rule {
                id: row.owned("rule"),
                title: row.owned("title"),
                issuer: row.owned("issuer"),
                versions: Vec::new(),
                note: row.owned("note"),
                provenance: Provenance::of(row),
            });
        }
        for row in sheets.rows("rule_versions") {
            let Some(rule) = rules.rules.iter().position(|rule| rule.id == row.text("rule")) else {
                continue;
            };
            let Some(version) = version(row, rule as u32, case, network, findings) else { continue };
            let clash = rules.rules[rule].versions.iter().map(|id| rules.get(*id)).find(|other| {
                other.known_from == version.known_from && other.validity.overlaps(&version.validity)
            });
            if let Some(other) = clash {
                findings.push(
                    row.error(
                        "overlapping-validity",
                        "valid_from",
                        format!(
                            "{}: version {} and version {} became known on the same day and share days; the row was left out",
                            row.text("rule"),
                            version.number,
                            other.number
                        ),
                    )
                    .valid("versions of one rule that differ in known_from or do not share a day"),
                );
                continue;
            }
            let id = VersionId(rules.versions.len() as u32);
            rules.versions.push(version);
            rules.rules[rule].versions.push(id);
        }
        for rule in &rules.rules {
            if rule.versions.is_empty() {
                findings.push(
                    Finding::warning(
                        "rule-without-version",
                        "rules.csv",
                        format!("{} says nothing: it has no version", rule.id),
                    )
                    .valid("a row in rule_versions.csv"),
                );
            }
        }
    }

    /// The version of a number that these rules gave.
    #[must_use]
    pub fn get(&self, id: VersionId) -> &Version {
        &self.versions[id.0 as usize]
    }

    /// The rule of a version.
    #[must_use]
    pub fn rule_of(&self, id: VersionId) -> &Rule {
        &self.rules[self.get(id).rule as usize]
    }

    /// The version of a rule that speaks on a date: the last known one, by the perspective, that
    /// holds the date.
    #[must_use]
    pub fn speaking(&self, rule: &Rule, date: Date, perspective: Perspective) -> Option<Speaking> {
        rule.versions
            .iter()
            .map(|id| (*id, self.get(*id)))
            .filter(|(_, version)| version.known_from <= perspective.known)
            .filter(|(_, version)| version.status >= perspective.binding)
            .filter(|(_, version)| perspective.disputed || !version.disputed)
            .filter(|(_, version)| version.validity.at(date) != Holds::No)
            .max_by_key(|(_, version)| (version.known_from, version.number))
            .map(|(id, version)| Speaking { version: id, certain: version.validity.at(date) == Holds::Yes })
    }

    /// Days on which some version starts, ends or becomes known.
    pub fn changes(&self) -> impl Iterator<Item = Date> {
        self.versions.iter().flat_map(|version| version.validity.changes())
    }
}

fn version(
    row: Row<'_>,
    rule: u32,
    case: &Case,
    network: &Network,
    findings: &mut Vec<Finding>,
) -> Option<Version> {
    let validity = load_validity(row, findings)?;
    let effect = Effect::of(row.text("effect"))?;
    let scope = Scope {
        territory: row.list("territory").map(str::to_owned).collect(),
        places: row.list("places").filter_map(|place| network.places.id(place)).collect(),
        links: row.list("links").filter_map(|link| network.link_id(link)).collect(),
        carriers: row.list("carriers").map(str::to_owned).collect(),
        modes: row.list("modes").filter_map(Mode::of).collect(),
    };
    let movement_territory = if scope.territory.is_empty() {
        let of_places = scope.places.iter().map(|place| network.places.get(*place).economy.clone());
        let of_links = scope.links.iter().flat_map(|link| network.link(*link).territory.clone());
        of_places.chain(of_links).collect()
    } else {
        scope.territory.clone()
    };
    let class = ClassScope {
        movement: match row.text("movement") {
            "transit" => Movement::Transit,
            "import" => Movement::Import,
            "export" => Movement::Export,
            "domestic" => Movement::Domestic,
            _ => Movement::Any,
        },
        movement_territory,
        origins: row.list("origins").map(str::to_owned).collect(),
        destinations: row.list("destinations").map(str::to_owned).collect(),
        goods: GoodsScope::of(row, "goods"),
        forms: row.list("forms").filter_map(Form::of).collect(),
    };
    let unit = match row.text("unit") {
        "percent_of_value" => Some(Unit::PercentOfValue),
        "factor" => Some(Unit::Factor),
        "hours" => Some(Unit::Hours),
        "tonnes_per_year" => Some(Unit::TonnesPerYear),
        word => word.strip_prefix("per_").and_then(Basis::of).map(Unit::Money),
    };
    let basis = match unit {
        Some(Unit::Money(basis)) => basis,
        _ => Basis::Tonne,
    };
    let price_date = row.date("price_date").unwrap_or(validity.from);
    let terms = Terms::of(row, row.text("currency"), basis, Some(price_date), findings);
    let value = row.number("value").zip(unit);
    let version = Version {
        rule,
        number: row.count("version").unwrap_or(0),
        effect,
        status: LegalStatus::of(row.text("status"))?,
        disputed: row.is_yes("disputed"),
        known_from: row.date("known_from")?,
        validity,
        heading: match row.text("direction") {
            "forward" => Heading::Forward,
            "backward" => Heading::Backward,
            "entry" => Heading::Entry,
            "exit" => Heading::Exit,
            _ => Heading::Any,
        },
        haul: HaulScope {
            gates: row.list("gates").filter_map(|place| network.places.id(place)).collect(),
            min_km: row.number("min_km"),
            max_km: row.number("max_km"),
        },
        scope,
        class,
        value,
        terms,
        conditions: row
            .list("conditions")
            .map(|alternative| alternative.split('+').map(|condition| condition.trim().to_owned()).collect())
            .collect(),
        text: row.owned("text"),
        note: row.owned("note"),
        provenance: Provenance::of(row),
    };
    is_complete(row, &version, case, findings).then_some(version)
}

const PER_TONNE: Unit = Unit::Money(Basis::Tonne);

/// Whether a version says all that its effect needs.
fn is_complete(row: Row<'_>, version: &Version, case: &Case, findings: &mut Vec<Finding>) -> bool {
    let units: &[Unit] = match version.effect {
        Effect::Duty => &[Unit::PercentOfValue, PER_TONNE],
        Effect::Fee => &[
            PER_TONNE,
            Unit::Money(Basis::Vehicle),
            Unit::Money(Basis::Teu),
            Unit::Money(Basis::Train),
            Unit::Money(Basis::Consignment),
        ],
        // What belongs to the pair of origin and destination knows no vehicle.
        Effect::Subsidy => &[Unit::PercentOfValue, PER_TONNE],
        Effect::TariffRate => {
            &[PER_TONNE, Unit::Money(Basis::Vehicle), Unit::Money(Basis::Teu), Unit::Money(Basis::Train)]
        }
        Effect::TariffCoefficient => &[Unit::Factor],
        Effect::Quota => &[Unit::TonnesPerYear],
        _ => &[],
    };
    if !units.is_empty() && !version.value.is_some_and(|(_, unit)| units.contains(&unit)) {
        findings.push(
            row.error(
                "incomplete-rule",
                "value",
                format!(
                    "a {} needs a value in a unit that fits; the row was left out",
                    version.effect.words()
                ),
            )
            .valid(format!(
                "a value with one of the units {}",
                units.iter().map(|unit| unit_word(*unit)).collect::<Vec<_>>().join(", ")
            )),
        );
        return false;
    }
    let is_money = version.value.is_some_and(|(_, unit)| matches!(unit, Unit::Money(_)));
    if is_money && !case.exchange.check(row, "currency", findings) {
        return false;
    }
    if matches!(version.effect, Effect::Fee) && !version.scope.is_local() {
        findings.push(
            row.error(
                "incomplete-rule",
                "links",
                "a fee must name the links or places where it is taken, or it would be taken on every link",
            )
            .valid("links or places"),
        );
        return false;
    }
    let crosses = matches!(version.heading, Heading::Entry | Heading::Exit);
    if crosses && version.scope.territory.is_empty() && version.scope.places.is_empty() {
        findings.push(
            row.error(
                "incomplete-rule",
                "direction",
                "entry and exit are of a territory or place, and none is named",
            )
            .valid("territory or places beside entry or exit"),
        );
        return false;
    }
    if version.effect.belongs_to_hauls() && version.heading != Heading::Any {
        findings.push(
            row.error("incomplete-rule", "direction", "a tariff has no direction; the row was left out")
                .valid("any, and gates, links or a territory"),
        );
        return false;
    }
    if version.effect == Effect::Permit && version.value.is_some() && !version.scope.is_local() {
        findings.push(
            row.warning(
                "unplaced-hours",
                "value",
                "the hours of a permit are counted at links or places, and it names none",
            )
            .valid("links or places, or no value"),
        );
    }
    if version.effect == Effect::AllowedIf && version.conditions.is_empty() {
        findings.push(
            row.error(
                "incomplete-rule",
                "conditions",
                "it allows on conditions and names none; the row was left out",
            )
            .valid("conditions joined by +, alternatives separated by |"),
        );
        return false;
    }
    true
}

fn unit_word(unit: Unit) -> &'static str {
    match unit {
        Unit::PercentOfValue => "percent_of_value",
        Unit::Money(Basis::Tonne) => "per_tonne",
        Unit::Money(Basis::Vehicle) => "per_vehicle",
        Unit::Money(Basis::Teu) => "per_teu",
        Unit::Money(Basis::Train) => "per_train",
        Unit::Money(Basis::Consignment) => "per_consignment",
        Unit::Factor => "factor",
        Unit::Hours => "hours",
        Unit::TonnesPerYear => "tonnes_per_year",
    }
}
