//! A box that asks the reader for something (a subscription, an address, money), known by what it
//! is made of and not by its words: a control of its own beside a price, a field, or a way to pay.

use std::sync::LazyLock;

use regex::Regex;
use scraper::ElementRef;
use scraper::node::Element;

/// Nodes of a box that are looked at; a box is small.
const MOST_NODES: usize = 120;

/// Paragraphs of a box.
const MOST_PARAGRAPHS: usize = 3;

/// Letters beside a control in its own line.
const ALONE: usize = 20;

static PRICE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let currency = "€|\\$|£|₺|₽|tl|lira|euros?|pounds?|dollars?|руб[а-я]*|crowns?";
    let period = "month|week|year|day|ay(da|lık)?|hafta|yıl|gün|мес[а-я]*|недел[а-я]*|год|дн[а-я]*";
    Regex::new(&format!(
        r"(?i)(({currency})\s?\d+([.,]\d+)?|\d+([.,]\d+)?\s?({currency}))(\W|\w*\W).{{0,40}}\b({period})\b|\b({period})\b.{{0,40}}(({currency})\s?\d+|\d+([.,]\d+)?\s?({currency}))"
    ))
    .ok()
});

/// Parts of addresses that lead to a till or a door.
const DOORS: [&str; 17] = [
    "subscri",
    "abone",
    "uyelik",
    "podpis",
    "premium",
    "paywall",
    "checkout",
    "signup",
    "sign-up",
    "register",
    "login",
    "signin",
    "membership",
    "donate",
    "bagis",
    "/plus",
    "offer",
];

/// Whether the element is such a box.
pub(super) fn is_offer(element: ElementRef<'_>) -> bool {
    if !matches!(element.value().name(), "div" | "section" | "article" | "fieldset" | "center") {
        return false;
    }
    let (mut control, mut door, mut paragraphs) = (false, false, 0);
    for (count, node) in element.descendants().enumerate() {
        let Some(inner) = ElementRef::wrap(node) else { continue };
        if count > MOST_NODES || inner.value().name() == "h1" {
            return false;
        }
        paragraphs += usize::from(inner.value().name() == "p");
        let own = is_control(inner.value()) && stands_alone(inner);
        control |= own;
        door |= own && leads_to_a_door(inner.value());
    }
    if !control || paragraphs > MOST_PARAGRAPHS {
        return false;
    }
    let text: String = element.text().collect::<Vec<_>>().join(" ");
    door || PRICE.as_ref().is_some_and(|price| price.is_match(&text))
}

fn is_control(element: &Element) -> bool {
    let kind = element.attr("type").unwrap_or("text");
    match element.name() {
        "button" | "a" => true,
        "input" => !matches!(kind, "hidden" | "checkbox" | "radio" | "search"),
        _ => false,
    }
}

/// No sentence around it.
pub(super) fn stands_alone(control: ElementRef<'_>) -> bool {
    let own: usize = control.text().map(|text| text.trim().chars().count()).sum();
    let parent = control.parent().and_then(ElementRef::wrap);
    let around = parent.map_or(0, |parent| {
        let texts = parent.children().filter_map(|node| node.value().as_text());
        texts.map(|text| text.trim().chars().count()).sum()
    });
    own <= 60 && around <= ALONE
}

fn leads_to_a_door(control: &Element) -> bool {
    let address = control.attr("href").unwrap_or("").to_lowercase();
    let field =
        control.name() == "input" && matches!(control.attr("type"), Some("email" | "password"));
    field || DOORS.iter().any(|door| address.contains(door))
}
