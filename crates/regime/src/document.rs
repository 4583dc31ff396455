//! Documents: which papers a consignment needs, and where.

use case::{Case, Finding, Money, Provenance, Row, Sheets};
use jiff::civil::Date;
use network::Network;

use crate::charge::{ShipmentScope, Trip, meets};
use crate::consignment::Consignment;

/// Whether a paper is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needed {
    /// It is.
    Yes,
    /// Where somebody asks for it.
    IfAsked,
    /// An open question: whether it is needed, or can be had.
    NotKnown,
}

impl Needed {
    /// In words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Yes => "needed",
            Self::IfAsked => "if asked for",
            Self::NotKnown => "not known",
        }
    }
}

/// At which part of the journey a paper is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Where the goods come from.
    Export,
    /// With the goods on the way.
    Carriage,
    /// Where they are only crossed through.
    Transit,
    /// Where they go to.
    Import,
}

impl Stage {
    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Export => "export",
            Self::Carriage => "carriage",
            Self::Transit => "transit",
            Self::Import => "import",
        }
    }
}

/// A paper.
#[derive(Debug, Clone)]
pub struct Document {
    /// Identifier.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// What sort of paper it is.
    pub kind: String,
    /// Whether it is needed.
    pub needed: Needed,
    /// At which part of the journey.
    pub stage: Stage,
    /// In which economies; none means any.
    pub territory: Vec<String>,
    /// At which crossings, by number; none means wherever the stage says.
    pub crossings: Vec<u32>,
    /// For which shipments.
    pub scope: ShipmentScope,
    /// Who issues it.
    pub issuer: String,
    /// What asks for it; empty where not known.
    pub legal_basis: String,
    /// Hours it takes to get; nothing where not known.
    pub lead_time_hours: Option<f64>,
    /// What it costs; nothing where not known.
    pub fee: Option<Money>,
    /// A remark; may be empty.
    pub note: String,
    /// Where the row comes from.
    pub provenance: Provenance,
}

/// A paper on a trip, and where it is needed.
#[derive(Debug, Clone, Copy)]
pub struct DocumentUse<'a> {
    /// The paper.
    pub document: &'a Document,
    /// The crossing where it is shown, by number; nothing where it belongs to no crossing.
    pub crossing: Option<u32>,
}

impl Document {
    /// Where a trip needs the paper: once, or at each of its crossings that the trip uses.
    fn uses<'a>(
        &'a self,
        consignment: &Consignment,
        trip: &Trip,
        case: &Case,
        date: Date,
    ) -> Vec<DocumentUse<'a>> {
        let (origin, destination) = (&consignment.origin_economy, &consignment.destination_economy);
        let there: Vec<&String> = match self.stage {
            Stage::Export => vec![origin],
            // Nothing is imported inside one economy.
            Stage::Import if origin == destination => Vec::new(),
            Stage::Import => vec![destination],
            Stage::Transit => {
                trip.territory.iter().filter(|own| *own != origin && *own != destination).collect()
            }
            Stage::Carriage => trip.territory.iter().collect(),
        };
        let here = if self.territory.is_empty() {
            !there.is_empty()
        } else {
            self.territory.iter().any(|own| there.contains(&own))
        };
        if !here
            || !self.scope.holds(consignment, trip, case, date)
            || !meets(&self.crossings, &trip.crossings)
        {
            return Vec::new();
        }
        if self.crossings.is_empty() {
            return vec![DocumentUse { document: self, crossing: None }];
        }
        let used = trip.crossings.iter().filter(|crossing| self.crossings.contains(crossing));
        used.map(|crossing| DocumentUse { document: self, crossing: Some(*crossing) }).collect()
    }
}

/// The papers of a trip: by stage, then in the order of the case.
#[must_use]
pub fn documents_of<'a>(
    documents: &'a [Document],
    consignment: &Consignment,
    trip: &Trip,
    case: &Case,
    date: Date,
) -> Vec<DocumentUse<'a>> {
    let mut uses: Vec<DocumentUse<'a>> =
        documents.iter().flat_map(|own| own.uses(consignment, trip, case, date)).collect();
    uses.sort_by_key(|own| own.document.stage);
    uses
}

/// Reads `documents.csv`.
#[must_use]
pub(crate) fn load(
    case: &Case,
    network: &Network,
    sheets: &Sheets,
    findings: &mut Vec<Finding>,
) -> Vec<Document> {
    sheets.rows("documents").filter_map(|row| document(row, case, network, findings)).collect()
}

fn document(row: Row<'_>, case: &Case, network: &Network, findings: &mut Vec<Finding>) -> Option<Document> {
    let crossing = |id: &str| network.crossings.iter().position(|own| own.id == id).map(|at| at as u32);
    Some(Document {
        id: row.owned("document"),
        title: row.owned("title"),
        kind: row.owned("kind"),
        needed: match row.text("needed") {
            "yes" => Needed::Yes,
            "if_asked" => Needed::IfAsked,
            _ => Needed::NotKnown,
        },
        stage: match row.text("stage") {
            "export" => Stage::Export,
            "carriage" => Stage::Carriage,
            "transit" => Stage::Transit,
            "import" => Stage::Import,
            _ => return None,
        },
        territory: row.list("territory").map(str::to_owned).collect(),
        crossings: row.list("crossings").filter_map(crossing).collect(),
        scope: ShipmentScope::of(row, network),
        issuer: row.owned("issuer"),
        legal_basis: row.owned("legal_basis"),
        lead_time_hours: row.number("lead_time_hours"),
        fee: Money::of(row, &case.exchange, findings),
        note: row.owned("note"),
        provenance: Provenance::of(row),
    })
}
