//! A table element → whether it holds data, and its rows as lines. Tables that lay out a page are
//! read like any other element.

use scraper::ElementRef;

use crate::article::clean::normalise;

/// Longest cell of a table of data, and the longest on average, in characters.
const LONGEST_CELL: usize = 120;
const LONGEST_ON_AVERAGE: usize = 40;

/// Between the cells of a row.
const DIVIDER: &str = " | ";

/// Whether a table is one of data: several short cells in several rows, none of them a menu.
pub(super) fn is_data(table: ElementRef<'_>) -> bool {
    let names = || table.descendants().skip(1).filter_map(|node| node.value().as_element());
    if names().any(|inner| matches!(inner.name(), "table" | "p" | "h1" | "form" | "ul" | "article"))
    {
        return false;
    }
    let rows: Vec<Vec<String>> = cells(table);
    let widest = rows.iter().map(Vec::len).max().unwrap_or(0);
    let lengths: Vec<usize> = rows.iter().flatten().map(|cell| cell.chars().count()).collect();
    let all: usize = lengths.iter().sum();
    let linked: usize = table
        .descendants()
        .filter_map(ElementRef::wrap)
        .filter(|inner| inner.value().name() == "a")
        .flat_map(|link| link.text().collect::<Vec<_>>())
        .map(|text| text.trim().chars().count())
        .sum();
    rows.len() >= 2
        && widest >= 2
        && lengths.iter().all(|length| *length <= LONGEST_CELL)
        && all <= LONGEST_ON_AVERAGE * lengths.len()
        && linked * 2 <= all
}

/// The rows, each as one line; empty cells and rows go.
pub(super) fn rows(table: ElementRef<'_>) -> Vec<String> {
    let lines = cells(table).into_iter().map(|row| {
        row.into_iter().filter(|cell| !cell.is_empty()).collect::<Vec<_>>().join(DIVIDER)
    });
    lines.filter(|line| !line.is_empty()).collect()
}

fn cells(table: ElementRef<'_>) -> Vec<Vec<String>> {
    let inner = || table.descendants().filter_map(ElementRef::wrap);
    let rows = inner().filter(|element| element.value().name() == "tr");
    rows.map(|row| {
        let cells = row.child_elements().filter(|cell| matches!(cell.value().name(), "td" | "th"));
        cells.map(|cell| normalise(&cell.text().collect::<Vec<_>>().join(" "))).collect()
    })
    .collect()
}
