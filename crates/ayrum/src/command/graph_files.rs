//! Files of graphs of others: reading node and edge tables, packed or not.

use std::io::Read;
use std::path::{Path, PathBuf};

use case::Finding;
use network::{GraphFile, SpatialGraph};

use crate::failure::Failure;

/// Largest table that is read, unpacked: some ten million rows.
const LARGEST: u64 = 2 << 30;

/// The text of a CSV file, unpacked if its name ends in `.gz`.
pub(crate) fn text(path: &Path) -> Result<String, Failure> {
    let broken =
        |error: &dyn std::fmt::Display| Failure::new(format!("{} cannot be read: {error}", path.display()));
    let file = std::fs::File::open(path).map_err(|error| broken(&error))?;
    let packed = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("gz"));
    let reader: Box<dyn Read> =
        if packed { Box::new(flate2::read::MultiGzDecoder::new(file)) } else { Box::new(file) };
    let mut bytes = Vec::new();
    reader.take(LARGEST + 1).read_to_end(&mut bytes).map_err(|error| broken(&error))?;
    if bytes.len() as u64 > LARGEST {
        return Err(broken(&format!("it is larger than {} GB", LARGEST >> 30)));
    }
    let start = if bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    String::from_utf8(bytes.split_off(start)).map_err(|_| broken(&"it is not UTF-8"))
}

/// A graph from two files, with what is wrong in them.
pub(crate) fn read(nodes: &Path, edges: &Path) -> Result<(SpatialGraph, Vec<Finding>), Failure> {
    let name = |path: &Path| {
        path.file_name()
            .map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
    };
    let mut findings = Vec::new();
    let graph = SpatialGraph::read(
        &GraphFile { name: &name(nodes), text: &text(nodes)? },
        &GraphFile { name: &name(edges), text: &text(edges)? },
        &mut findings,
    );
    if graph.nodes.is_empty() {
        let first = findings.first().map(ToString::to_string).unwrap_or_default();
        return Err(Failure::new(format!("{} has no node that can be used", nodes.display())).hint(first));
    }
    Ok((graph, findings))
}

/// A table in a folder, packed or not.
pub(crate) fn in_folder(folder: &Path, table: &str) -> Result<PathBuf, Failure> {
    let found = [format!("{table}.csv"), format!("{table}.csv.gz")].map(|name| folder.join(name));
    found.into_iter().find(|path| path.is_file()).ok_or_else(|| {
        Failure::new(format!("{} has no {table}.csv", folder.display()))
            .hint("`ayrum import graph --out FOLDER` writes nodes.csv and edges.csv")
    })
}
