//! House style that a machine can hold: sizes, docs, bounds, nothing left over.

use crate::support::source::{SourceFile, root, sources, walk};

const FILE_LINES_MAX: usize = 400;
const FUNCTION_LINES_MAX: usize = 70;

fn everything() -> Vec<SourceFile> {
    ["src", "tests", "benches"]
        .into_iter()
        .flat_map(|folder| {
            sources(folder).into_iter().map(move |mut file| {
                file.path = format!("{folder}/{}", file.path);
                file
            })
        })
        .collect()
}

fn assert_none(wrong: &[String]) {
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn files_stay_short() {
    let wrong: Vec<_> = everything()
        .iter()
        .map(|file| (file.text.lines().count(), &file.path))
        .filter(|(lines, _)| *lines > FILE_LINES_MAX)
        .map(|(lines, path)| format!("{path}: {lines} lines"))
        .collect();
    assert_none(&wrong);
}

/// Names and lengths of the functions of a file: from `fn` to the brace that closes it.
fn functions(file: &SourceFile) -> Vec<(String, usize)> {
    let lines: Vec<&str> = file.code.lines().collect();
    let mut found = Vec::new();
    for (start, line) in lines.iter().enumerate() {
        let Some(name) = function_name(line) else { continue };
        let mut depth = 0_i32;
        let mut opened = false;
        for (length, line) in lines[start..].iter().enumerate() {
            depth += i32::try_from(line.matches('{').count()).unwrap();
            opened |= depth > 0;
            depth -= i32::try_from(line.matches('}').count()).unwrap();
            if (opened && depth <= 0) || (!opened && line.trim_end().ends_with(';')) {
                found.push((name.clone(), length + 1));
                break;
            }
        }
    }
    found
}

fn function_name(line: &str) -> Option<String> {
    let before_arguments = line.split('(').next()?;
    let mut words = before_arguments.split_whitespace();
    words.find(|word| *word == "fn")?;
    Some(words.next()?.to_owned())
}

#[test]
fn functions_stay_short() {
    let wrong: Vec<_> = everything()
        .iter()
        .flat_map(|file| {
            functions(file).into_iter().map(|(name, lines)| (file.path.clone(), name, lines))
        })
        .filter(|(_, _, lines)| *lines > FUNCTION_LINES_MAX)
        .map(|(path, name, lines)| format!("{path}: fn {name} has {lines} lines"))
        .collect();
    assert_none(&wrong);
}

#[test]
fn every_module_says_what_it_is() {
    let wrong: Vec<_> = everything()
        .iter()
        .filter(|file| !file.text.starts_with("//! "))
        .map(|file| format!("{}: no module doc", file.path))
        .collect();
    assert_none(&wrong);
}

#[test]
fn nothing_is_left_for_later() {
    // Spelled in halves, so that this file does not find itself.
    let marks = ["TO", "FIX", "XX", "HA"].iter().zip(["DO", "ME", "X", "CK"]);
    let marks: Vec<String> = marks.map(|(a, b)| format!("{a}{b}")).collect();
    let wrong: Vec<_> = everything()
        .iter()
        .flat_map(|file| {
            let words = file.text.split(|c: char| !c.is_alphanumeric()).map(str::to_owned);
            words.filter(|word| marks.contains(word)).map(|word| format!("{}: {word}", file.path))
        })
        .collect();
    assert_none(&wrong);
}

#[test]
fn every_bound_is_used() {
    let files = sources("src");
    let (bounds, rest): (Vec<_>, Vec<_>) =
        files.iter().partition(|file| file.path.starts_with("base/bounds"));
    let names = bounds.iter().flat_map(|file| file.code.split("pub const ").skip(1));
    let wrong: Vec<_> = names
        .map(|after| after.split(':').next().unwrap().trim().to_owned())
        .filter(|name| {
            !rest.iter().any(|file| {
                file.code.split(|c: char| !c.is_alphanumeric() && c != '_').any(|w| w == name)
            })
        })
        .map(|name| format!("{name} bounds nothing"))
        .collect();
    assert_none(&wrong);
}

#[test]
fn only_the_clock_reads_time_and_only_entropy_draws() {
    let wrong: Vec<_> = sources("src")
        .iter()
        .filter(|file| !["base/clock.rs", "base/entropy.rs"].contains(&file.path.as_str()))
        .filter(|file| {
            ["SystemTime::now", "Instant::now", "tokio::time::sleep(", "getrandom::"]
                .iter()
                .any(|banned| file.code.contains(banned))
        })
        .map(|file| format!("{}: reads time or randomness by itself", file.path))
        .collect();
    assert_none(&wrong);
}

#[test]
fn top_level_holds_only_what_the_design_names() {
    let allowed = [
        "ARCHITECTURE.md",
        "Cargo.lock",
        "Cargo.toml",
        "LICENSE",
        "README.md",
        "SECURITY.md",
        "assets",
        "benches",
        "config.example.toml",
        "docs",
        "src",
        "target",
        "tests",
        "data",
    ];
    let wrong: Vec<_> = std::fs::read_dir(root())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .filter(|name| !name.starts_with('.') && !allowed.contains(&name.as_str()))
        .collect();
    assert_none(&wrong);
}

#[test]
fn the_repository_stands_on_its_own() {
    let outside = ["..", "/shared"].concat();
    let wrong: Vec<_> = ["src", "tests", "docs", "assets", "benches", ".ci", ".cargo"]
        .into_iter()
        .flat_map(|folder| walk(&root().join(folder)))
        .filter(|path| !path.components().any(|part| part.as_os_str() == "node_modules"))
        .filter(|path| std::fs::read_to_string(path).is_ok_and(|text| text.contains(&outside)))
        .map(|path| path.display().to_string())
        .collect();
    assert_none(&wrong);
}
