//! What the page as a whole says about its elements: names that its styles hide, words that are its
//! subject and no sign of furniture, and text that a script puts elsewhere.

use std::collections::{HashMap, HashSet};

use scraper::node::Element;
use scraper::{ElementRef, Selector};

use super::furniture::{TOPICS, taxonomy, words_of};
use super::styles::HiddenNames;

/// Whose eyes a page is read with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sight {
    /// What a reader sees.
    Reader,
    /// Also what is hidden until a script runs; for pages that show nothing else.
    Everything,
}

/// The page around an element.
pub(super) struct Surroundings<'d> {
    pub hidden: HiddenNames,
    sight: Sight,
    topics: HashSet<String>,
    /// Streamed segments by the name of the placeholder that they are to replace.
    segments: HashMap<String, ElementRef<'d>>,
    /// Elements that are shown although they say otherwise.
    revealed: HashSet<*const Element>,
}

impl<'d> Surroundings<'d> {
    /// Looks at the whole page. `subjects` are words that its structured data names as classes of
    /// the article itself.
    pub fn of(root: ElementRef<'d>, sight: Sight, subjects: &[String]) -> Self {
        let mut around = Surroundings {
            hidden: HiddenNames::of(root),
            sight,
            topics: topics(root),
            segments: HashMap::new(),
            revealed: HashSet::new(),
        };
        around.topics.extend(subjects.iter().flat_map(|class| words_of(class)));
        around.find_segments(root);
        around.reveal_what_dialogs_cover(root);
        around
    }

    pub fn shows_hidden(&self) -> bool {
        self.sight == Sight::Everything
    }

    pub fn is_topic(&self, word: &str) -> bool {
        self.topics.contains(word)
    }

    pub fn is_revealed(&self, element: &Element) -> bool {
        self.revealed.contains(&std::ptr::from_ref(element))
    }

    /// The segment that a script puts in the place of this element.
    pub fn segment_for(&self, element: ElementRef<'d>) -> Option<ElementRef<'d>> {
        if element.value().name() != "template" {
            return None;
        }
        self.segments.get(element.value().attr("id")?).copied()
    }

    /// React streams late parts as `<div hidden id="S:0">` behind the page, for the placeholders
    /// `B:0` (a boundary) or `P:0` (a part of another segment).
    fn find_segments(&mut self, root: ElementRef<'d>) {
        let ids: HashSet<&str> =
            select(root, "template[id]").filter_map(|it| it.attr("id")).collect();
        for segment in select(root, "[hidden][id]") {
            let id = segment.attr("id").unwrap_or("");
            let Some((prefix, number)) = id.split_once("S:") else { continue };
            let places = [format!("{prefix}B:{number}"), format!("{prefix}P:{number}")];
            match places.into_iter().find(|place| ids.contains(place.as_str())) {
                Some(place) => {
                    self.segments.insert(place, segment);
                }
                None => {
                    self.revealed.insert(std::ptr::from_ref(segment.value()));
                }
            }
        }
        for template in select(root, "template[shadowrootmode], template[shadowroot]") {
            self.revealed.insert(std::ptr::from_ref(template.value()));
        }
    }

    /// An open dialog makes the page behind it inert and hides it from screen readers.
    fn reveal_what_dialogs_cover(&mut self, root: ElementRef<'d>) {
        let all = select(root, "p").count();
        for covered in select(root, "[aria-hidden='true'], [inert]") {
            let element = covered.value();
            let other = element.attr("hidden").is_some()
                || element.attr("style").is_some_and(super::furniture::hides);
            let paragraphs = select(covered, "p").count();
            let most =
                paragraphs >= 2 && (paragraphs * 2 > all || select(covered, "h1").next().is_some());
            if most && !other {
                self.revealed.insert(std::ptr::from_ref(element));
            }
        }
    }
}

fn select<'d>(root: ElementRef<'d>, selector: &str) -> impl Iterator<Item = ElementRef<'d>> {
    let selector = Selector::parse(selector).ok();
    let found: Vec<ElementRef<'d>> =
        selector.map(|selector| root.select(&selector).collect()).unwrap_or_default();
    found.into_iter()
}

/// Furniture words that this page is about: those in its headline, in the names of the headline and
/// what is around it, and in the names of its sections.
fn topics(root: ElementRef<'_>) -> HashSet<String> {
    let known: HashSet<&str> = TOPICS.split_whitespace().collect();
    let mut words: Vec<String> = Vec::new();
    let mut add = |element: &Element| {
        for name in element.attr("id").into_iter().chain(element.classes()) {
            words.extend(words_of(name));
        }
    };
    for headline in select(root, "h1") {
        add(headline.value());
        headline.ancestors().filter_map(ElementRef::wrap).for_each(|around| add(around.value()));
    }
    for classified in select(root, "body, article, .hentry, .post") {
        words.extend(classified.value().classes().filter_map(taxonomy).flat_map(words_of));
    }
    let titles = select(root, "title, h1").flat_map(|title| title.text().collect::<Vec<_>>());
    words.extend(titles.flat_map(words_of));
    let plural = words.iter().map(|word| format!("{word}s")).collect::<Vec<_>>();
    words.into_iter().chain(plural).filter(|word| known.contains(word.as_str())).collect()
}
