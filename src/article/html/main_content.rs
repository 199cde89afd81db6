//! The blocks of a page → the paragraphs of its article. Each block weighs for or against its
//! containers; the container with the greatest sum holds the article.

use std::collections::HashSet;

use super::blocks::{Block, Kind, Page};
use crate::article::clean::{ends_content, is_boilerplate, is_section_label};

/// What [`find`] chose.
#[derive(Debug, Default)]
pub(super) struct Content {
    pub paragraphs: Vec<String>,
    /// Articles of the same shape that stand below the first.
    pub dropped_articles: usize,
}

/// Fewest words of a block that counts as prose without a full stop at its end.
const PROSE_WORDS: usize = 12;

/// A child container that holds this share of its parent's weight is taken in its place.
const HEIR: f64 = 0.85;

/// Finds the article in a page.
pub(super) fn find(page: &Page, title: Option<&str>) -> Content {
    let weights = weights(page, title);
    let sums = container_sums(page, &weights);
    let chosen = descend(page, &sums);
    let mut kept: Vec<usize> =
        (0..page.blocks.len()).filter(|place| page.within(&page.blocks[*place], chosen)).collect();
    add_other_parts(page, chosen, &mut kept, &weights);
    add_standfirst(page, &mut kept, &weights, title);
    let dropped_articles = keep_one_article(page, &mut kept, title);
    cut_before_title(page, &mut kept, &weights, title);
    cut_after_end(page, &mut kept);
    drop_furniture(page, &mut kept, &weights);
    let paragraphs = kept
        .into_iter()
        .map(|place| page.blocks[place].text.clone())
        .filter(|text| Some(text.as_str()) != title)
        .collect();
    Content { paragraphs, dropped_articles }
}

/// Up to so many blocks of prose under a heading that is a link are the teaser of another story.
const LONGEST_TEASER: usize = 2;

fn weights(page: &Page, title: Option<&str>) -> Vec<f64> {
    let mut weights: Vec<f64> = page.blocks.iter().map(weight).collect();
    let is_heading = |block: &Block| matches!(block.kind, Kind::Heading(_));
    for (place, block) in page.blocks.iter().enumerate() {
        let elsewhere = matches!(block.kind, Kind::Heading(level) if level > 1)
            && block.is_link_list()
            && title != Some(&block.text);
        if !elsewhere {
            continue;
        }
        let below = page.blocks[place + 1..].iter().take_while(|block| !is_heading(block)).count();
        let prose: Vec<usize> =
            (place + 1..place + 1 + below).filter(|below| weights[*below] > 0.0).collect();
        if prose.len() <= LONGEST_TEASER {
            for teaser in prose {
                weights[teaser] /= -2.0;
            }
        }
    }
    weights
}

/// Prose for, menus against.
fn weight(block: &Block) -> f64 {
    let length = block.length() as f64;
    if block.is_link_list() {
        return -25.0 - length * 0.3;
    }
    if is_boilerplate(&block.text) {
        return -length;
    }
    match block.kind {
        Kind::Meta => -5.0,
        Kind::Heading(_) | Kind::Row => 0.0,
        Kind::Paragraph | Kind::ListItem if is_prose(block) => length,
        Kind::Paragraph => -8.0,
        Kind::ListItem => -4.0,
    }
}

fn is_prose(block: &Block) -> bool {
    let words = block.text.split_whitespace().count();
    let ended = block.text.ends_with(['.', '!', '?', '…', '"', '”', '»', ':', ')', '\'', '’']);
    words >= PROSE_WORDS || (ended && words >= 4)
}

fn container_sums(page: &Page, weights: &[f64]) -> Vec<f64> {
    let mut sums = vec![0.0; page.containers.len()];
    for (block, weight) in page.blocks.iter().zip(weights) {
        sums[block.container] += weight;
    }
    // Children come after their parents.
    for place in (1..sums.len()).rev() {
        if let Some(parent) = page.containers[place].parent {
            sums[parent] += sums[place];
        }
    }
    sums
}

/// The container with the greatest sum, then inwards as long as one child holds nearly all of it.
fn descend(page: &Page, sums: &[f64]) -> usize {
    let mut chosen = 0;
    for place in 1..sums.len() {
        // Of equal sums the inner one wins.
        if sums[place] >= sums[chosen] {
            chosen = place;
        }
    }
    loop {
        let best_child = (0..sums.len())
            .filter(|place| page.containers[*place].parent == Some(chosen))
            .max_by(|first, second| sums[*first].total_cmp(&sums[*second]));
        match best_child {
            Some(child) if sums[child] >= sums[chosen] * HEIR && holds_several(page, child) => {
                chosen = child;
            }
            _ => return chosen,
        }
    }
}

/// A single long paragraph is no article when others stand beside it.
fn holds_several(page: &Page, container: usize) -> bool {
    page.blocks.iter().filter(|block| page.within(block, container)).count() >= 2
}

/// A story cut into several containers of one look, with boxes between: the later parts join the
/// chosen one, down to the headline of something else.
fn add_other_parts(page: &Page, chosen: usize, kept: &mut Vec<usize>, weights: &[f64]) {
    let (Some(first), Some(last)) = (kept.first().copied(), kept.last().copied()) else { return };
    let looks: HashSet<&str> = kept
        .iter()
        .filter(|place| weights[**place] > 0.0)
        .filter_map(|place| look(page, &page.blocks[*place]))
        .collect();
    let is_part = |place: &usize| {
        let block = &page.blocks[*place];
        weights[*place] > 0.0
            && !is_displayed(block)
            && !page.within(block, chosen)
            && look(page, block).is_some_and(|look| looks.contains(look))
    };
    let is_other = |place: &usize| {
        let block = &page.blocks[*place];
        match block.kind {
            Kind::Heading(1) => true,
            Kind::Heading(_) => block.is_link_list() || ends_content(&block.text),
            _ => false,
        }
    };
    let before: Vec<usize> = (0..first).rev().take_while(|place| !is_other(place)).collect();
    let mut parts: Vec<usize> = before.into_iter().rev().filter(is_part).collect();
    parts.append(kept);
    let after = (last + 1..page.blocks.len()).take_while(|place| !is_other(place));
    parts.extend(after.filter(is_part));
    *kept = parts;
}

/// The classes of the element around a paragraph; `None` where it has none, as they all look alike.
fn look<'p>(page: &'p Page, block: &Block) -> Option<&'p str> {
    let own = page.containers[block.container].signature.as_str();
    let paragraph = own == "p" || own.starts_with("p.") || own == "li";
    let container =
        if paragraph { page.containers[block.container].parent? } else { block.container };
    let signature = page.containers[container].signature.as_str();
    signature.contains('.').then_some(signature)
}

/// Prose between the headline and the container belongs to the article: many pages set its first
/// paragraphs apart.
fn add_standfirst(page: &Page, kept: &mut Vec<usize>, weights: &[f64], title: Option<&str>) {
    let Some(first) = kept.first().copied() else { return };
    let is_title = |place: &usize| {
        let block = &page.blocks[*place];
        matches!(block.kind, Kind::Heading(_)) && title == Some(block.text.as_str())
    };
    let Some(headline) = (0..first).rev().find(is_title) else { return };
    let is_text = |place: &usize| {
        let block = &page.blocks[*place];
        weights[*place] > 0.0 && block.kind == Kind::Paragraph && !is_displayed(block)
    };
    let standfirst: Vec<usize> = (headline + 1..first).filter(is_text).collect();
    kept.splice(0..0, standfirst);
}

/// A quotation that stands alone outside the text is displayed, not told.
fn is_displayed(block: &Block) -> bool {
    block.text.starts_with(['“', '«', '"']) && block.text.ends_with(['”', '»', '"'])
}

/// Pages that load the next story below the first: of containers that look the same and each have
/// a headline of their own, the one with the page's title stays. Returns how many went.
fn keep_one_article(page: &Page, kept: &mut Vec<usize>, title: Option<&str>) -> usize {
    let headlines: Vec<usize> =
        kept.iter().copied().filter(|place| page.blocks[*place].kind == Kind::Heading(1)).collect();
    if headlines.len() < 2 {
        return 0;
    }
    let first = headlines
        .iter()
        .copied()
        .find(|place| title.is_some_and(|title| title == page.blocks[*place].text))
        .unwrap_or(headlines[0]);
    let mut dropped = Vec::new();
    for other in headlines.into_iter().filter(|place| *place != first) {
        if let Some(container) = twin_container(page, first, other) {
            dropped.push(container);
        }
    }
    kept.retain(|place| {
        !dropped.iter().any(|container| page.within(&page.blocks[*place], *container))
    });
    dropped.len()
}

/// The container of the second block that is a sibling, of the same look, of one around the first.
fn twin_container(page: &Page, first: usize, second: usize) -> Option<usize> {
    let around_first: Vec<usize> = page.ancestors(page.blocks[first].container).collect();
    let outermost = page
        .ancestors(page.blocks[second].container)
        .take_while(|container| !around_first.contains(container))
        .last()?;
    let parent = page.containers[outermost].parent?;
    let sibling = around_first
        .iter()
        .copied()
        .find(|container| page.containers[*container].parent == Some(parent))?;
    let looks = |container: usize| page.containers[container].signature.as_str();
    (looks(sibling) == looks(outermost) && looks(sibling) != "h1").then_some(outermost)
}

/// Consent texts and tickers stand before the headline; the article stands after it.
fn cut_before_title(page: &Page, kept: &mut Vec<usize>, weights: &[f64], title: Option<&str>) {
    let prose = |places: &[usize]| places.iter().map(|place| weights[*place].max(0.0)).sum::<f64>();
    let headline = kept.iter().position(|place| {
        let block = &page.blocks[*place];
        title == Some(block.text.as_str())
            || (block.kind == Kind::Heading(1)
                && title.is_some_and(|title| title.contains(&block.text)))
    });
    if let Some(headline) = headline
        && prose(&kept[..headline]) < 0.3 * prose(kept)
    {
        kept.drain(..=headline);
    }
}

/// Cuts at a heading after which no article goes on, such as the one of the readers' comments.
fn cut_after_end(page: &Page, kept: &mut Vec<usize>) {
    let end = kept.iter().position(|place| {
        let block = &page.blocks[*place];
        matches!(block.kind, Kind::Heading(_)) && ends_content(&block.text)
    });
    if let Some(end) = end.filter(|end| *end > 0) {
        kept.truncate(end);
    }
}

/// Takes out links to elsewhere, datelines of the page, boilerplate, and headings of nothing.
fn drop_furniture(page: &Page, kept: &mut Vec<usize>, weights: &[f64]) {
    let (first, last) = prose_span(kept, weights);
    let places = std::mem::take(kept);
    for (order, place) in places.iter().copied().enumerate() {
        let block = &page.blocks[place];
        let inside = order >= first && order <= last;
        let stays = match block.kind {
            Kind::Meta => false,
            _ if is_boilerplate(&block.text) || is_section_label(&block.text) => false,
            Kind::Heading(_) => order < last && !block.is_link_list(),
            // A link alone in its block leads away, unless it is a sentence of the text.
            _ if block.is_link_list() => inside && is_linked_sentence(block),
            Kind::Paragraph | Kind::ListItem | Kind::Row => inside,
        };
        if stays {
            kept.push(place);
        }
    }
    drop_empty_headings(page, kept, weights);
}

/// First and last place, in `kept`, of prose.
fn prose_span(kept: &[usize], weights: &[f64]) -> (usize, usize) {
    let prose = |place: &usize| weights[*place] > 0.0;
    let first = kept.iter().position(prose).unwrap_or(0);
    let last = kept.iter().rposition(prose).unwrap_or(0);
    (first, last)
}

fn is_linked_sentence(block: &Block) -> bool {
    block.linked < block.length() && block.text.ends_with('.') && is_prose(block)
}

/// A heading with nothing under it headed something that was taken out.
fn drop_empty_headings(page: &Page, kept: &mut Vec<usize>, weights: &[f64]) {
    let originals = std::mem::take(kept);
    for (order, place) in originals.iter().copied().enumerate() {
        let block = &page.blocks[place];
        let Kind::Heading(level) = block.kind else {
            kept.push(place);
            continue;
        };
        let next = originals.get(order + 1).copied();
        let empty = match next.map(|next| (next, page.blocks[next].kind)) {
            None => true,
            Some((_, Kind::Heading(below))) => below <= level && level > 1 && !is_prose(block),
            // Only links followed it on the page.
            Some((next, _)) => {
                next > place + 1
                    && page.blocks[place + 1..next].iter().all(Block::is_link_list)
                    && !is_prose(block)
                    && weights[place + 1] < 0.0
            }
        };
        if !empty {
            kept.push(place);
        }
    }
}
