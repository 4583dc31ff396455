//! Imports that are whole or not at all.

use std::io::Write;
use std::ops::ControlFlow;
use std::path::Path;

use ledger::{ImportError, Options, Selection, Store, import};

fn write(path: &Path, rows: u32) {
    let mut file = std::io::BufWriter::new(std::fs::File::create(path).expect("a file"));
    writeln!(file, "t,i,j,k,v,q").expect("written");
    for row in 0..rows {
        writeln!(file, "2022,398,51,{:06},{}.5,{}", 100_000 + row % 800_000, row + 1, row).expect("written");
    }
}

fn go(store: &Path, file: &Path) -> Result<ledger::Outcome, ImportError> {
    import(&mut Store::open(store).expect("a store"), file, &Options::default(), &mut |_| {
        ControlFlow::Continue(())
    })
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn what_was_imported_comes_out_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("own.csv");
    write(&file, 3);
    let store = folder.path().join("store");
    let done = go(&store, &file).expect("taken");
    assert_eq!(
        (done.part.rows, done.part.first.as_str(), done.part.last.as_str()),
        (3, "2022-01-01", "2023-01-01")
    );
    let mut seen = Vec::new();
    let opened = Store::open(&store).expect("a store");
    opened.select(&Selection::default(), |own| seen.push(own)).expect("observations");
    let values: Vec<f64> = seen.iter().map(ledger::Observation::amount).collect();
    assert_eq!(values, [1500.0, 2500.0, 3500.0]);
    assert_eq!(
        (seen[0].economy.as_str(), seen[0].partner.as_str(), seen[0].commodity.as_str()),
        ("KAZ", "ARM", "100000")
    );
    assert_eq!(seen[2].kilograms, Some(2000.0));
    let none = Selection { pair: Some(("GEO".to_owned(), "ARM".to_owned())), ..Selection::default() };
    opened.select(&none, |own| panic!("{own:?} was not asked for")).expect("observations");
}

#[test]
fn an_import_that_is_stopped_half_way_leaves_the_store_as_it_was() {
    let folder = tempfile::tempdir().expect("a folder");
    let (first, second, store) =
        (folder.path().join("a.csv"), folder.path().join("b.csv"), folder.path().join("store"));
    write(&first, 10);
    write(&second, 200_000);
    go(&store, &first).expect("taken");
    let (before, manifest) = (names(&store), std::fs::read(store.join("manifest.json")).expect("a manifest"));
    let mut calls = 0;
    let mut opened = Store::open(&store).expect("a store");
    let stopped = import(&mut opened, &second, &Options::default(), &mut |_| {
        calls += 1;
        if calls == 3 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    assert!(matches!(stopped, Err(ImportError::Stopped)));
    assert_eq!(names(&store), before);
    assert_eq!(std::fs::read(store.join("manifest.json")).expect("a manifest"), manifest);
}

#[test]
fn what_a_crash_left_behind_counts_for_nothing_and_is_swept_away() {
    let folder = tempfile::tempdir().expect("a folder");
    let (file, store) = (folder.path().join("a.csv"), folder.path().join("store"));
    write(&file, 10);
    go(&store, &file).expect("taken");
    // A crash before, between and after the renames.
    for name in ["incoming.parquet", "part-0123456789abcdef.parquet", "manifest.json.next"] {
        std::fs::write(store.join(name), b"half").expect("written");
    }
    let mut count = 0;
    Store::open(&store)
        .expect("a store")
        .select(&Selection::default(), |_| count += 1)
        .expect("observations");
    assert_eq!(count, 10);
    let other = folder.path().join("b.csv");
    write(&other, 20);
    go(&store, &other).expect("taken");
    let left = names(&store);
    assert!(
        !left.iter().any(|name| name.contains("0123456789abcdef")
            || name.contains("incoming")
            || name.contains("next")),
        "{left:?}"
    );
    assert_eq!(left.iter().filter(|name| name.ends_with(".parquet")).count(), 2);
}

#[test]
fn two_imports_at_once_are_kept_apart() {
    let folder = tempfile::tempdir().expect("a folder");
    let (file, store) = (folder.path().join("a.csv"), folder.path().join("store"));
    write(&file, 10);
    let mut first = Store::open(&store).expect("a store");
    let running = first.begin().expect("an import");
    let refused = go(&store, &file).expect_err("another import is running");
    assert!(refused.to_string().contains("another import"), "{refused}");
    drop(running);
    go(&store, &file).expect("taken");
}

#[test]
fn all_rejected_rows_are_on_the_disk_even_where_memory_keeps_a_few() {
    let folder = tempfile::tempdir().expect("a folder");
    let (file, store) = (folder.path().join("a.csv"), folder.path().join("store"));
    let mut text = String::from("t,i,j,k,v,q\n2022,398,51,100199,1,1\n");
    for row in 0..1000 {
        text.push_str(&format!("2022,398,51,{},x{row},1\n", 200_000 + row));
    }
    std::fs::write(&file, text).expect("written");
    let done = go(&store, &file).expect("taken in part");
    assert_eq!((done.part.rows, done.part.rejected), (1, 1000));
    assert!(done.findings.len() < 1000);
    let listed = std::fs::read_to_string(store.join(done.part.file.replace(".parquet", ".rejected.csv")))
        .expect("a list");
    assert_eq!(listed.lines().count(), 1001);
    assert!(
        listed.contains("\"1002\",\"v\",\"malformed-value\",\"\"\"x999\"\" is not a number\""),
        "{listed}"
    );
}
