//! Terms of delivery: which part of the way is the seller's to pay, and which the buyer's.
//!
//! The eleven rules of Incoterms 2020 (International Chamber of Commerce), as far as they divide
//! costs. They say nothing of finance: here it is borne by whoever bears the risk of the goods on the
//! way, a convention.

use case::Party;

/// A term of delivery of Incoterms 2020.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Incoterm {
    /// Ex works: the goods stand ready at the origin, not loaded.
    Exw,
    /// Free carrier, taken at the origin: loaded and cleared for export.
    Fca,
    /// Free alongside ship.
    Fas,
    /// Free on board.
    Fob,
    /// Cost and freight to the port of destination.
    Cfr,
    /// Cost, insurance and freight to the port of destination.
    Cif,
    /// Carriage paid to the destination.
    Cpt,
    /// Carriage and insurance paid to the destination.
    Cip,
    /// Delivered at place: at the destination, not unloaded.
    Dap,
    /// Delivered at place, unloaded.
    Dpu,
    /// Delivered, duty paid.
    Ddp,
}

/// A part of the way that one side pays whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CostPart {
    /// At the origin: loading, waiting for wagons, inspection before shipment.
    Origin,
    /// Papers and duty of export.
    Export,
    /// Carriage, up to the ship where there is one.
    Carriage,
    /// Bringing the goods aboard the first ship.
    Aboard,
    /// The ship.
    Ship,
    /// Carriage beyond the ship.
    Beyond,
    /// Unloading at the destination.
    Destination,
    /// Papers, duty and tax of import.
    Import,
    /// Insurance of the goods.
    Insurance,
    /// What the goods lose and the money in them costs on the way.
    Risk,
}

impl Incoterm {
    /// All terms.
    pub const ALL: [Self; 11] = [
        Self::Exw,
        Self::Fca,
        Self::Fas,
        Self::Fob,
        Self::Cfr,
        Self::Cif,
        Self::Cpt,
        Self::Cip,
        Self::Dap,
        Self::Dpu,
        Self::Ddp,
    ];

    /// The term of its three letters, in any case.
    ///
    /// ```
    /// use scenario::Incoterm;
    /// assert_eq!(Incoterm::of("dap"), Some(Incoterm::Dap));
    /// assert_eq!(Incoterm::of("DAF"), None);
    /// ```
    #[must_use]
    pub fn of(letters: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|term| term.letters().eq_ignore_ascii_case(letters))
    }

    /// Its three letters.
    #[must_use]
    pub fn letters(self) -> &'static str {
        match self {
            Self::Exw => "EXW",
            Self::Fca => "FCA",
            Self::Fas => "FAS",
            Self::Fob => "FOB",
            Self::Cfr => "CFR",
            Self::Cif => "CIF",
            Self::Cpt => "CPT",
            Self::Cip => "CIP",
            Self::Dap => "DAP",
            Self::Dpu => "DPU",
            Self::Ddp => "DDP",
        }
    }

    /// Whether it is for goods that go by ship only.
    #[must_use]
    pub fn needs_a_ship(self) -> bool {
        matches!(self, Self::Fas | Self::Fob | Self::Cfr | Self::Cif)
    }

    /// Who pays a part of the way.
    ///
    /// ```
    /// use case::Party::{Buyer, Seller};
    /// use scenario::{Incoterm, CostPart};
    /// assert_eq!(Incoterm::Dap.payer(CostPart::Carriage), Seller);
    /// assert_eq!(Incoterm::Dap.payer(CostPart::Destination), Buyer);
    /// assert_eq!(Incoterm::Fca.payer(CostPart::Carriage), Buyer);
    /// ```
    #[must_use]
    pub fn payer(self, part: CostPart) -> Party {
        let first = match part {
            CostPart::Origin | CostPart::Export => self >= Self::Fca,
            CostPart::Carriage => self >= Self::Fas,
            CostPart::Aboard => self >= Self::Fob,
            CostPart::Ship => self >= Self::Cfr,
            CostPart::Beyond => self >= Self::Cpt,
            CostPart::Insurance => matches!(self, Self::Cif) || self >= Self::Cip,
            CostPart::Risk => self >= Self::Dap,
            CostPart::Destination => self >= Self::Dpu,
            CostPart::Import => self == Self::Ddp,
        };
        if first { Party::Seller } else { Party::Buyer }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARTS: [CostPart; 10] = [
        CostPart::Origin,
        CostPart::Export,
        CostPart::Carriage,
        CostPart::Aboard,
        CostPart::Ship,
        CostPart::Beyond,
        CostPart::Destination,
        CostPart::Import,
        CostPart::Insurance,
        CostPart::Risk,
    ];

    fn of_the_seller(term: Incoterm) -> usize {
        PARTS.iter().filter(|part| term.payer(**part) == Party::Seller).count()
    }

    #[test]
    fn the_seller_pays_nothing_ex_works_and_everything_delivered_duty_paid() {
        assert_eq!(of_the_seller(Incoterm::Exw), 0);
        assert_eq!(of_the_seller(Incoterm::Ddp), PARTS.len());
    }

    #[test]
    fn the_terms_for_any_mode_go_up_step_by_step() {
        use Incoterm::{Cip, Cpt, Dap, Ddp, Dpu, Exw, Fca};
        let steps = [Exw, Fca, Cpt, Cip, Dap, Dpu, Ddp];
        for pair in steps.windows(2) {
            for part in PARTS {
                let falls_back = pair[0].payer(part) == Party::Seller && pair[1].payer(part) == Party::Buyer;
                assert!(!falls_back, "{part:?} from {} to {}", pair[0].letters(), pair[1].letters());
            }
            assert!(of_the_seller(pair[0]) < of_the_seller(pair[1]));
        }
    }
}
