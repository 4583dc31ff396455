//! Node and edge CSV as arrays: two arcs an edge, weights in metres.

use std::collections::HashMap;
use std::error::Error;
use std::fs::File;

use flate2::read::GzDecoder;

/// A network to measure on.
pub struct Network {
    /// Longitude and latitude.
    pub places: Vec<[f64; 2]>,
    /// Tail and head, both ways.
    pub arcs: Vec<(u32, u32)>,
    /// Metres by arc.
    pub metres: Vec<u32>,
}

impl Network {
    /// Reads `{prefix}_nodes.csv.gz` and `{prefix}_edges.csv.gz`.
    pub fn read(prefix: &str) -> Result<Self, Box<dyn Error>> {
        let mut number = HashMap::new();
        let mut places = Vec::new();
        for record in
            csv::Reader::from_reader(GzDecoder::new(File::open(format!("{prefix}_nodes.csv.gz"))?)).records()
        {
            let record = record?;
            number.insert(record[0].to_owned(), places.len() as u32);
            places.push([record[2].parse()?, record[1].parse()?]);
        }
        let (mut arcs, mut metres) = (Vec::new(), Vec::new());
        for record in
            csv::Reader::from_reader(GzDecoder::new(File::open(format!("{prefix}_edges.csv.gz"))?)).records()
        {
            let record = record?;
            let (tail, head) = (number[&record[0]], number[&record[1]]);
            let km: f64 = record[2].parse()?;
            for arc in [(tail, head), (head, tail)] {
                arcs.push(arc);
                metres.push((km * 1000.0).round() as u32);
            }
        }
        Ok(Self { places, arcs, metres })
    }

    /// The least metres from each node to each neighbour.
    pub fn least_between(&self) -> HashMap<(u32, u32), u32> {
        let mut least = HashMap::new();
        for (&ends, &metres) in self.arcs.iter().zip(&self.metres) {
            least.entry(ends).and_modify(|known: &mut u32| *known = metres.min(*known)).or_insert(metres);
        }
        least
    }
}
