//! The element tree → blocks of visible text in reading order, each with the containers around it.
//! Links keep their words, since news sites link names.

use scraper::node::Element;
use scraper::{ElementRef, Node};

use super::furniture::{self, Role};
use super::surroundings::Surroundings;
use super::{inline, offers, tables, threads};
use crate::article::clean::normalise;

/// Elements nested deeper than this are not read; no page that people see comes near it.
const DEEPEST: usize = 300;

/// Characters of a box that asks the reader for something.
const OFFER: usize = 900;

/// Paragraphs of an article that is complete without what readers wrote, and characters of each.
const PARAGRAPHS: usize = 3;
const PROSE: usize = 60;

/// Characters outside links that a sentence with many linked names has.
const PLAIN_IN_SENTENCE: usize = 20;

/// What a block of text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Paragraph,
    /// With its level, 1 to 6.
    Heading(u8),
    ListItem,
    /// A row of a table of data.
    Row,
    /// A date, a byline, a reading time.
    Meta,
}

/// A run of text without a block boundary inside.
#[derive(Clone, Debug)]
pub(super) struct Block {
    pub text: String,
    pub kind: Kind,
    /// Characters of `text` that stand in links.
    pub linked: usize,
    /// Index of the innermost container.
    pub container: usize,
}

impl Block {
    pub fn length(&self) -> usize {
        self.text.chars().count()
    }

    /// More link than text: a menu entry or a teaser. A sentence full of linked names is none.
    pub fn is_link_list(&self) -> bool {
        let sentence = self.text.ends_with(['.', '!', '?', '”', '»', '"']);
        let plain = self.length().saturating_sub(self.linked);
        self.linked * 2 > self.length() && !(sentence && plain >= PLAIN_IN_SENTENCE)
    }
}

/// A block-level element.
#[derive(Clone, Debug)]
pub(super) struct Container {
    /// `None` for the root, which is its own outside.
    pub parent: Option<usize>,
    /// Tag and classes: siblings that look the same are of the same kind.
    pub signature: String,
}

/// All visible text of a page.
#[derive(Clone, Debug, Default)]
pub(super) struct Page {
    /// Parents come before their children.
    pub containers: Vec<Container>,
    pub blocks: Vec<Block>,
}

impl Page {
    /// Whether the block lies in the container, at any depth.
    pub fn within(&self, block: &Block, container: usize) -> bool {
        self.ancestors(block.container).any(|ancestor| ancestor == container)
    }

    /// The container and all around it, innermost first.
    pub fn ancestors(&self, container: usize) -> impl Iterator<Item = usize> {
        std::iter::successors(Some(container), |current| self.containers[*current].parent)
    }
}

/// Reads the text under an element as a reader sees it.
pub(super) fn collect(root: ElementRef<'_>, around: &Surroundings<'_>) -> Page {
    let whole = visible_length(root, around, 0);
    let mut walker = Walker {
        around,
        whole,
        page: Page::default(),
        text: String::new(),
        linked: 0,
        breaks: 0,
        broken_at: None,
        prose: 0,
    };
    walker.page.containers.push(Container { parent: None, signature: String::new() });
    walker.visit(root, Ancestry { container: 0, kind: Kind::Paragraph, linked: false, depth: 0 });
    walker.flush(0, Kind::Paragraph);
    walker.page
}

/// Where the walk is.
#[derive(Clone, Copy)]
struct Ancestry {
    container: usize,
    kind: Kind,
    linked: bool,
    depth: usize,
}

struct Walker<'d> {
    around: &'d Surroundings<'d>,
    page: Page,
    text: String,
    linked: usize,
    /// Line breaks since the last text; two make a new block.
    breaks: usize,
    /// Length of the text at a single line break, as long as nothing follows it.
    broken_at: Option<usize>,
    /// Visible characters of the page.
    whole: usize,
    /// Paragraphs of prose so far.
    prose: usize,
}

impl<'d> Walker<'d> {
    fn visit(&mut self, element: ElementRef<'d>, place: Ancestry) {
        if place.depth > DEEPEST {
            return;
        }
        // What stands in a template hangs one level deeper.
        let children = element.children().flat_map(|child| {
            let inner = child.value().is_fragment();
            inner.then(|| child.children()).into_iter().flatten().chain((!inner).then_some(child))
        });
        for child in children {
            match child.value() {
                Node::Text(text) => self.push(text, place),
                Node::Element(_) => {
                    if let Some(child) = ElementRef::wrap(child) {
                        self.enter(child, place);
                    }
                }
                _ => {}
            }
        }
    }

    fn enter(&mut self, element: ElementRef<'d>, outer: Ancestry) {
        let tag = element.value().name();
        if tag == "br" {
            self.breaks += 1;
            if self.breaks >= 2 {
                self.flush(outer.container, outer.kind);
            } else {
                self.broken_at = Some(self.text.len());
                self.text.push(' ');
            }
            return;
        }
        if let Some(segment) = self.around.segment_for(element) {
            self.visit(segment, Ancestry { depth: outer.depth + 1, ..outer });
            return;
        }
        let role = furniture::role_of(element.value(), self.around);
        if role == Role::Invisible {
            return;
        }
        if tag == "sup" {
            self.push_raised(element);
            return;
        }
        if tag == "table" && tables::is_data(element) {
            self.push_rows(element, outer);
            return;
        }
        if self.is_left_out(element, role) {
            self.flush(outer.container, outer.kind);
            return;
        }
        let linked = outer.linked || tag == "a";
        if !is_block(tag) && role != Role::Meta {
            self.visit(element, Ancestry { linked, depth: outer.depth + 1, ..outer });
            return;
        }
        self.flush(outer.container, outer.kind);
        let kind = self.kind_of(element, role, outer.kind);
        self.page.containers.push(Container {
            parent: Some(outer.container),
            signature: signature(element.value()),
        });
        let container = self.page.containers.len() - 1;
        self.visit(element, Ancestry { container, kind, linked, depth: outer.depth + 1 });
        self.flush(container, kind);
    }

    /// A body with the class "has-sidebar" is no sidebar, so size and content are asked too.
    fn is_left_out(&self, element: ElementRef<'_>, role: Role) -> bool {
        let (largest, percent) = match role {
            Role::Furniture { largest } => (largest, 50),
            Role::Comments => return !holds_article(element),
            Role::Content if offers::is_offer(element) => (OFFER, 40),
            Role::Content if self.is_behind_article() && threads::is_thread(element) => {
                return true;
            }
            Role::Invisible | Role::Content | Role::Meta => return false,
        };
        let length = visible_length(element, self.around, 0);
        length <= largest && length * 100 < self.whole * percent && !holds_article(element)
    }

    /// A footnote's mark goes; a power stays.
    fn push_raised(&mut self, element: ElementRef<'_>) {
        let mark: String = element.text().collect();
        match inline::raised(&self.text, &mark) {
            inline::Raised::Text(text) => self.text.push_str(&text),
            inline::Raised::Note => {}
        }
    }

    /// Each row of a table is a block of its own, with its cells in order.
    fn push_rows(&mut self, table: ElementRef<'_>, outer: Ancestry) {
        self.flush(outer.container, outer.kind);
        self.page
            .containers
            .push(Container { parent: Some(outer.container), signature: signature(table.value()) });
        let container = self.page.containers.len() - 1;
        for row in tables::rows(table) {
            self.text.push_str(&row);
            self.flush(container, Kind::Row);
        }
    }

    /// Enough prose was read for an article.
    fn is_behind_article(&self) -> bool {
        self.prose >= PARAGRAPHS
    }

    fn kind_of(&self, element: ElementRef<'_>, role: Role, outer: Kind) -> Kind {
        let tag = element.value().name();
        if role == Role::Meta && visible_length(element, self.around, 0) < 200 {
            return Kind::Meta;
        }
        match (tag.as_bytes(), outer) {
            ([b'h', level @ b'1'..=b'6'], _) => Kind::Heading(level - b'0'),
            (_, Kind::Meta | Kind::Heading(_)) => outer,
            (b"li", _) => Kind::ListItem,
            (b"p", _) => Kind::Paragraph,
            _ => outer,
        }
    }

    fn push(&mut self, text: &str, Ancestry { container, kind, linked, .. }: Ancestry) {
        if text.trim().is_empty() {
            if !self.text.is_empty() && !self.text.ends_with(' ') {
                self.text.push(' ');
            }
            return;
        }
        self.breaks = 0;
        if let Some(place) = self.broken_at.take() {
            // A line that goes on in small letters was only wrapped.
            let wrapped = text.trim_start().starts_with(char::is_lowercase);
            if !wrapped && !self.text[..place].trim().is_empty() {
                self.flush(container, kind);
            }
        }
        if linked {
            self.linked += text.trim().chars().count();
        }
        self.text.push_str(text);
    }

    /// Ends the running block.
    fn flush(&mut self, container: usize, kind: Kind) {
        self.breaks = 0;
        self.broken_at = None;
        let text = normalise(&self.text);
        self.text.clear();
        let linked = std::mem::take(&mut self.linked);
        if text.chars().any(char::is_alphanumeric) {
            let block = Block { text, kind, linked, container };
            let is_prose =
                kind == Kind::Paragraph && block.length() >= PROSE && !block.is_link_list();
            self.prose += usize::from(is_prose);
            self.page.blocks.push(block);
        }
    }
}

/// Characters under an element that a reader can see.
fn visible_length(element: ElementRef<'_>, around: &Surroundings<'_>, depth: usize) -> usize {
    if depth > DEEPEST {
        return 0;
    }
    let children = element.children().map(|child| match child.value() {
        Node::Text(text) => text.split_whitespace().map(|word| word.chars().count() + 1).sum(),
        Node::Element(inner) if furniture::role_of(inner, around) != Role::Invisible => {
            ElementRef::wrap(child).map_or(0, |inner| visible_length(inner, around, depth + 1))
        }
        _ => 0,
    });
    children.sum()
}

/// A headline of the first level with paragraphs below it.
fn holds_article(element: ElementRef<'_>) -> bool {
    let tags = element.descendants().filter_map(|node| node.value().as_element());
    let (mut headline, mut paragraphs) = (false, 0);
    for tag in tags {
        headline |= tag.name() == "h1" || tag.attr("itemprop") == Some("articleBody");
        paragraphs += usize::from(tag.name() == "p");
    }
    headline && paragraphs >= 3
}

pub(super) fn signature(element: &Element) -> String {
    let mut signature = element.name().to_string();
    if let Some(classes) = element.attr("class") {
        signature.push('.');
        signature.push_str(classes.trim());
    }
    signature
}

pub(super) fn is_block(tag: &str) -> bool {
    const BLOCKS: &str = "\
        address article aside blockquote body caption center dd details dir div dl dt \
        fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html li main menu nav \
        ol p pre section summary table tbody td th tr ul";
    BLOCKS.split(' ').any(|block| block == tag) || tag.contains('-')
}
