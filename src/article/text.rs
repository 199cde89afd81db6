//! Plain text or Markdown → [`Draft`]: headline, date line and paragraphs.

use super::Draft;
use super::dates::find_date;

/// A headline has at most this many words.
const LONGEST_HEADLINE: usize = 25;

/// Lines of a text that was wrapped by hand or by a mail program are at most this long.
const WRAPPED_WIDTH: usize = 100;

/// Reads plain text: the first line is the headline when it looks like one.
pub(super) fn read_plain(text: &str) -> Draft {
    draft(paragraphs(&with_line_feeds(text)))
}

/// Reads Markdown: marks are taken off, links keep their words, code and comments go.
pub(super) fn read_markdown(text: &str) -> Draft {
    let text = without_comments(&with_line_feeds(text));
    let (front, body) = front_matter(&text);
    let mut title = front_value(front, "title");
    let mut lines = Vec::new();
    let mut in_code = false;
    let mut code_blocks = 0usize;
    for line in body.lines() {
        let bare = line.trim();
        if bare.starts_with("```") || bare.starts_with("~~~") {
            in_code = !in_code;
            code_blocks += usize::from(in_code);
            continue;
        }
        if in_code {
            continue;
        }
        if let Some(heading) = bare.strip_prefix("# ")
            && title.is_none()
        {
            title = Some(inline(heading));
            continue;
        }
        push_markdown_line(&mut lines, bare);
    }
    let mut draft = draft(paragraphs(&lines.join("\n")));
    if let Some(title) = title {
        // What looked like a headline below the real one is text.
        if let Some(first) = draft.title.replace(title) {
            draft.paragraphs.insert(0, first);
        }
    }
    draft.published =
        front_value(front, "date").and_then(|date| find_date(&date)).or(draft.published);
    if code_blocks > 0 {
        draft.notes.push(format!("Dropped {code_blocks} block(s) of program code."));
    }
    draft
}

/// Every kind of line end as a line feed: CR LF, CR alone, NEL, Unicode's separators, vertical tabs
/// and form feeds.
fn with_line_feeds(text: &str) -> String {
    const ENDS: [char; 6] = ['\r', '\u{85}', '\u{2028}', '\u{2029}', '\u{B}', '\u{C}'];
    text.replace("\r\n", "\n").replace(ENDS, "\n")
}

/// Takes headline and date line off the paragraphs.
fn draft(mut paragraphs: Vec<String>) -> Draft {
    let mut draft = Draft::default();
    if paragraphs.len() > 1 && is_headline(&paragraphs[0]) {
        draft.title = Some(paragraphs.remove(0));
    }
    // The date stands alone in one of the first lines, if anywhere.
    let dated = paragraphs.iter().take(3).enumerate().find_map(|(place, line)| {
        let short = line.split_whitespace().count() <= 12 && !line.ends_with(['.', '!', '?']);
        // The end of an embargo is no date of the story.
        let own = short && super::signals::embargo(line).is_none();
        find_date(line).filter(|_| own).map(|date| (place, date))
    });
    if let Some((place, date)) = dated.filter(|_| paragraphs.len() > 1) {
        let line = paragraphs.remove(place);
        draft.notes.push(format!("Took the date from the line “{line}”."));
        draft.published = Some(date);
    }
    draft.paragraphs = paragraphs;
    draft
}

/// Short, and without the full stop that ends a sentence.
fn is_headline(line: &str) -> bool {
    let words = line.split_whitespace().count();
    let open = line.trim_end().ends_with("...") || !line.trim_end().ends_with(['.', ':', ',', ';']);
    (1..=LONGEST_HEADLINE).contains(&words) && open
}

/// Blocks between empty lines. Lines inside a block are joined when they were wrapped at a width,
/// else each is a paragraph.
fn paragraphs(text: &str) -> Vec<String> {
    let mut blocks: Vec<Vec<&str>> = vec![Vec::new()];
    // Whether the first line of the block is indented, and others are not: then each indented
    // line begins a paragraph, as agencies and typewriters have it.
    let (mut first_indented, mut some_flush) = (false, false);
    for line in text.lines() {
        let indented = line.starts_with(['\t', '\u{a0}']) || line.starts_with("  ");
        let begins = blocks.last().is_none_or(Vec::is_empty);
        let line = line.trim();
        if line.is_empty() {
            // One empty block parts two others, however many lines are blank.
            if !begins {
                blocks.push(Vec::new());
            }
            continue;
        }
        if begins {
            (first_indented, some_flush) = (indented, false);
        } else if first_indented && some_flush && indented {
            blocks.push(Vec::new());
        }
        some_flush |= !indented;
        if let Some(block) = blocks.last_mut() {
            block.push(line);
        }
    }
    let mut paragraphs = Vec::new();
    for block in blocks.into_iter().filter(|block| !block.is_empty()) {
        if is_wrapped(&block) {
            paragraphs.push(block.join(" "));
        } else {
            paragraphs.extend(block.into_iter().map(str::to_string));
        }
    }
    paragraphs
}

/// All lines but the last are nearly as wide as the widest, and none is wider than a page.
fn is_wrapped(block: &[&str]) -> bool {
    let Some((_, full)) = block.split_last().filter(|(_, full)| !full.is_empty()) else {
        return false;
    };
    let widths: Vec<usize> = full.iter().map(|line| line.chars().count()).collect();
    let widest = widths.iter().copied().max().unwrap_or(0);
    let ended = full.iter().filter(|line| line.ends_with(['.', '!', '?', '"', '”', '»'])).count();
    (40..=WRAPPED_WIDTH).contains(&widest)
        && widths.iter().all(|width| *width + 25 >= widest)
        && ended * 2 < full.len() + 1
}

/// Text of `<!-- … -->` is not for readers.
fn without_comments(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("<!--") {
        shown.push_str(before);
        rest = after.split_once("-->").map_or("", |(_, after)| after);
    }
    shown.push_str(rest);
    shown
}

/// The `---` block at the top, and what follows it.
fn front_matter(text: &str) -> (&str, &str) {
    let Some(rest) = text.trim_start().strip_prefix("---\n") else { return ("", text) };
    rest.split_once("\n---").map_or(("", text), |(front, body)| {
        (front, body.split_once('\n').map_or("", |(_, body)| body))
    })
}

fn front_value(front: &str, key: &str) -> Option<String> {
    let line =
        front.lines().find_map(|line| line.strip_prefix(key)?.trim_start().strip_prefix(':'))?;
    let value = line.trim().trim_matches(['"', '\'']).to_string();
    (!value.is_empty()).then_some(value)
}

/// One line with its marks off; rules, images and tables' rules give nothing.
fn push_markdown_line(lines: &mut Vec<String>, line: &str) {
    let is_rule = line.len() >= 3 && line.chars().all(|mark| "-=*_|: ".contains(mark));
    if is_rule {
        lines.push(String::new());
        return;
    }
    let quoted = line.trim_start_matches(['>', ' ']);
    let heading = quoted.trim_start_matches('#');
    let marked = heading.len() < quoted.len() && heading.starts_with(' ');
    let item = ["- ", "* ", "+ "].iter().find_map(|mark| quoted.strip_prefix(mark));
    let text = if marked { heading } else { item.unwrap_or(quoted) };
    // Headings and list items stand alone; plain lines may be wrapped.
    if marked || item.is_some() {
        lines.push(String::new());
        lines.push(inline(text.trim_end_matches(['#', ' '])));
        lines.push(String::new());
    } else {
        lines.push(inline(text));
    }
}

/// Links and emphasis off, their words kept; images and tags go.
fn inline(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.trim();
    while let Some(start) = rest.find('[') {
        let image = rest[..start].ends_with('!');
        let parts = rest[start + 1..].split_once("](").and_then(|(words, after)| {
            let (_, behind) = after.split_once(')')?;
            Some((words, behind))
        });
        let Some((words, behind)) = parts.filter(|(words, _)| !words.contains('\n')) else { break };
        plain.push_str(rest[..start].strip_suffix('!').unwrap_or(&rest[..start]));
        if !image {
            plain.push_str(words);
        }
        rest = behind;
    }
    plain.push_str(rest);
    let plain = plain.replace("**", "").replace("__", "").replace('`', "");
    plain.split(' ').map(without_emphasis).collect::<Vec<_>>().join(" ")
}

/// `*word*.` → `word.`
fn without_emphasis(word: &str) -> String {
    let word = word.trim_start_matches(['*', '_']);
    let marked = word.trim_end_matches(['.', ',', ';', ':', '!', '?']);
    format!("{}{}", marked.trim_end_matches(['*', '_']), &word[marked.len()..])
}
