//! What stops a command: what, where, and a hint.

use case::FolderError;
use scenario::{CostSheetError, DenominationError, FeedbackError, LandedError, QuestionError};

/// An error that ends the program with exit code 2.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
#[error("{message}")]
pub(crate) struct Failure {
    message: String,
    #[help]
    hint: Option<String>,
}

impl Failure {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: None }
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        let hint = hint.into();
        self.hint = (!hint.is_empty()).then_some(hint);
        self
    }

    /// The error as it is printed: `error: …`, then `hint: …`.
    pub(crate) fn print(&self) {
        eprintln!("error: {}", self.message);
        if let Some(hint) = &self.hint {
            eprintln!("hint: {hint}");
        }
    }
}

impl From<QuestionError> for Failure {
    fn from(error: QuestionError) -> Self {
        let hint = match &error {
            QuestionError::UnknownPlace { nearest, .. } if nearest.is_empty() => {
                "`ayrum network --places` lists every place".to_owned()
            }
            QuestionError::UnknownPlace { nearest, .. } => format!("did you mean {}?", nearest.join(" or ")),
            QuestionError::UnknownCommodity { hint, .. } => {
                format!("{hint} `ayrum network --goods` lists every good")
            }
            QuestionError::OutsideTheCase { first, last, .. } => {
                format!("choose a date from {first} to {last}")
            }
            QuestionError::NoVehicle { .. } => {
                "a row of vehicles.csv with that form would carry it".to_owned()
            }
            _ => String::new(),
        };
        Self::new(error.to_string()).hint(hint)
    }
}

impl From<FeedbackError> for Failure {
    fn from(error: FeedbackError) -> Self {
        match error {
            FeedbackError::Date(error) => error.into(),
            other => Self::new(other.to_string()),
        }
    }
}

impl From<CostSheetError> for Failure {
    fn from(error: CostSheetError) -> Self {
        Self::new(error.to_string()).hint("FCA, CPT, CIP, DAP, DPU and DDP are for any mode of transport")
    }
}

impl From<LandedError> for Failure {
    fn from(error: LandedError) -> Self {
        let hint = match &error {
            LandedError::Question(question) => return question.clone().into(),
            LandedError::NoOffer { offered, .. } if offered.is_empty() => {
                "rows in origin_prices.csv would give some; --with lays yours over the case".to_owned()
            }
            LandedError::NoOffer { offered, .. } => {
                format!("origin_prices.csv has {offered}; --with lays your own rows over it")
            }
            LandedError::NotAtDestination(_) => "one of CFR, CIF, CPT, CIP, DAP, DPU, DDP".to_owned(),
        };
        Self::new(error.to_string()).hint(hint)
    }
}

impl From<DenominationError> for Failure {
    fn from(error: DenominationError) -> Self {
        let hint = match &error {
            DenominationError::UnknownCurrency { hint, .. } => {
                format!("{hint}; or a row in fx.csv for it")
            }
            DenominationError::NoIndex(_) => "rows in price_indices.csv would give one".to_owned(),
        };
        Self::new(error.to_string()).hint(hint)
    }
}

impl From<FolderError> for Failure {
    fn from(error: FolderError) -> Self {
        let hint = match error {
            FolderError::Missing(_) | FolderError::NotACase(_) => {
                "`ayrum case new FOLDER` starts an empty case, `ayrum case export FOLDER` writes out the one inside the program"
            }
            FolderError::Unreadable { .. } => "",
        };
        Self::new(error.to_string()).hint(hint)
    }
}
