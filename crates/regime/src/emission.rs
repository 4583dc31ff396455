//! Greenhouse gas intensities (ISO 14083, GLEC framework), well to wheel.

use case::{Mode, Provenance, Sheets};

/// The intensity of a mode.
#[derive(Debug, Clone)]
pub struct Intensity {
    /// Mode.
    pub mode: Mode,
    /// Traction; empty for any without a row of its own.
    pub traction: String,
    /// Grams of CO2e per tonne and kilometre.
    pub grams_per_tonne_km: f64,
    /// Low and high end, where stated.
    pub range: Option<(f64, f64)>,
    /// Where it comes from.
    pub provenance: Provenance,
}

/// The intensities of a case.
#[derive(Debug, Clone, Default)]
pub struct Emissions {
    /// All rows.
    pub intensities: Vec<Intensity>,
}

impl Emissions {
    /// Reads `emissions.csv`.
    #[must_use]
    pub fn load(sheets: &Sheets) -> Self {
        let intensities = sheets.rows("emissions").filter_map(|row| {
            Some(Intensity {
                mode: Mode::of(row.text("mode"))?,
                traction: row.owned("traction"),
                grams_per_tonne_km: row.value("grams_per_tonne_km"),
                range: row.number("low").zip(row.number("high")),
                provenance: Provenance::of(row),
            })
        });
        Self { intensities: intensities.collect() }
    }

    /// The intensity that holds for a mode and traction.
    #[must_use]
    pub fn intensity(&self, mode: Mode, traction: &str) -> Option<&Intensity> {
        let of_mode = || self.intensities.iter().filter(move |row| row.mode == mode);
        of_mode()
            .find(|row| row.traction == traction)
            .or_else(|| of_mode().find(|row| row.traction.is_empty()))
    }

    /// Grams of CO2e per tonne and kilometre; zero where the case has none for the mode.
    #[must_use]
    pub fn grams_per_tonne_km(&self, mode: Mode, traction: &str) -> f64 {
        self.intensity(mode, traction).map_or(0.0, |row| row.grams_per_tonne_km)
    }
}
