//! The workspace as cargo describes it, and running cargo.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

/// The root of the workspace. Asked of cargo at run time: two checkouts that share a target folder
/// share this program too.
pub(crate) fn root() -> PathBuf {
    let own = std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
    own.parent().map_or_else(|| own.clone(), Path::to_path_buf)
}

/// A cargo command at the root, by the cargo that runs this program.
pub(crate) fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    command
}

/// Runs a command, its output shown.
pub(crate) fn run(command: &mut Command) -> Result<(), String> {
    let words = words(command);
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("`{words}` failed: {status}")),
        Err(error) => Err(format!("`{words}` cannot be run: {error}")),
    }
}

/// Runs a command that answers in JSON lines, and gives those that can be read.
pub(crate) fn json_lines(command: &mut Command) -> Result<Vec<Value>, String> {
    let words = words(command);
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("`{words}` cannot be run: {error}"))?;
    if !output.status.success() {
        return Err(format!("`{words}` failed: {}", output.status));
    }
    let text = String::from_utf8_lossy(&output.stdout);
    Ok(text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect())
}

fn words(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or(command.get_program());
    let mut words = vec![program.to_string_lossy().into_owned()];
    words.extend(command.get_args().map(|argument| argument.to_string_lossy().into_owned()));
    words.join(" ")
}

/// A crate of the workspace.
#[derive(Debug)]
pub(crate) struct Package {
    /// Its name.
    pub(crate) name: String,
    /// Its `Cargo.toml`.
    #[cfg_attr(not(test), expect(dead_code, reason = "only tests look into manifests"))]
    pub(crate) manifest: PathBuf,
    /// The workspace crates it depends on, for whatever purpose.
    #[cfg_attr(not(test), expect(dead_code, reason = "only tests look at dependencies"))]
    pub(crate) uses: Vec<String>,
    /// Its benchmarks.
    pub(crate) benches: Vec<String>,
}

/// The crates of the workspace, by name.
pub(crate) fn packages() -> Result<Vec<Package>, String> {
    let answer = json_lines(cargo().args(["metadata", "--format-version", "1", "--no-deps"]))?;
    let metadata = answer.first().ok_or("`cargo metadata` said nothing")?;
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut packages: Vec<Package> = list(&metadata["packages"])
        .iter()
        .map(|package| Package {
            name: text(&package["name"]),
            manifest: PathBuf::from(text(&package["manifest_path"])),
            uses: list(&package["dependencies"])
                .iter()
                .filter(|dependency| dependency["path"].is_string())
                .map(|dependency| text(&dependency["name"]))
                .collect(),
            benches: list(&package["targets"])
                .iter()
                .filter(|target| list(&target["kind"]).iter().any(|kind| kind == "bench"))
                .map(|target| text(&target["name"]))
                .collect(),
        })
        .collect();
    packages.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(packages)
}
