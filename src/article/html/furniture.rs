//! An element → whether its text belongs to what people read, from its tag, its attributes and
//! the words in its class names.

use scraper::node::Element;

use super::surroundings::Surroundings;

/// What an element is to the reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// May hold the article.
    Content,
    /// Date, byline and the like.
    Meta,
    /// Menus, boxes; only when it holds at most `largest` characters and half of the page.
    Furniture { largest: usize },
    /// What readers wrote, which may well be longer than the article.
    Comments,
    /// Not shown to the reader at all.
    Invisible,
}

/// Never text for the reader.
const INVISIBLE_TAGS: [&str; 24] = [
    "script", "style", "template", "noscript", "head", "iframe", "svg", "math", "canvas", "object",
    "embed", "audio", "video", "select", "option", "input", "textarea", "button", "map",
    "datalist", "meter", "progress", "dialog", "noframes",
];

/// The same where hidden text is read, too, because the page shows none.
const NEVER_TEXT: [&str; 16] = [
    "script", "style", "head", "iframe", "svg", "math", "canvas", "object", "embed", "audio",
    "video", "select", "option", "input", "textarea", "button",
];

const FURNITURE_TAGS: [&str; 6] = ["nav", "aside", "footer", "form", "menu", "figcaption"];

/// Of AMP's components, those that lay out or show the text of the page itself.
const AMP_CONTENT: [&str; 5] =
    ["amp-live-list", "amp-live-list-item", "amp-layout", "amp-fit-text", "amp-accordion"];

const FURNITURE_ROLES: [&str; 9] = [
    "navigation",
    "dialog",
    "alertdialog",
    "complementary",
    "contentinfo",
    "search",
    "menu",
    "menubar",
    "banner",
];

/// Words in class names and ids that mark page furniture of any size.
const FURNITURE_WORDS: &str = "nav navbar navigation menu menus submenu sidebar sidebars footer \
    colophon masthead breadcrumb breadcrumbs share sharing sharebar sharedaddy social socials \
    related recommended recommendation recommendations promo promoted sponsored ad ads advert \
    adverts advertisement advertising banner banners cookie cookies consent gdpr newsletter \
    newsletters subscribe subscription paywall popular trending \
    outbrain taboola toolbar pagination pager modal popup overlay login signin signup \
    search skiplink teaser teasers onair ticker mailchimp crayon syntaxhighlighter addtoany \
    jp-relatedposts";

/// Words that mark what readers wrote.
const COMMENT_WORDS: &str = "comment comments commentlist commentbox disqus respond yorum yorumlar";

/// Beside them, words that only say whether there are any.
const COMMENT_STATES: &str = "has no with open opened closed enabled disabled allow allowed count \
    number link icon";

/// Of the furniture words, those that an article may be about, too.
pub(super) const TOPICS: &str = "social socials promo sponsored ad ads advert adverts advertisement \
    advertising banner banners cookie cookies consent gdpr newsletter newsletters subscribe \
    subscription paywall popular trending login signin signup search ticker image photo picture \
    gallery player tags topics author category categories rating votes poll print";

/// The same as furniture, for pairs of neighbouring words.
const FURNITURE_PAIRS: &str = "most-read most-viewed most-popular widget-area author-info \
    author-bio author-box author-note author-card about-author post-navigation read-more read-next \
    read-also see-also more-news last-news latest-news other-news site-header site-title top-menu \
    top-bar recent-posts recent-entries screen-reader skip-link post-tags tag-list tag-cloud \
    tags-links";

/// Words that mark furniture when little text hangs on them: captions and labels.
const SMALL_FURNITURE_WORDS: &str = "caption captions credit image photo picture gallery player \
    embed tags keywords topics author category categories rating votes poll print";

const META_WORDS: &str = "byline meta date dates posted published timestamp datetime pubdate";

/// The most characters that a caption or label may have.
const SMALL: usize = 400;

/// The role of one element, by itself.
pub(super) fn role_of(element: &Element, around: &Surroundings) -> Role {
    let tag = element.name();
    let whole_page = matches!(tag, "html" | "body");
    let unseen = if around.shows_hidden() {
        NEVER_TEXT.contains(&tag)
    } else {
        INVISIBLE_TAGS.contains(&tag) || (is_hidden(element) && !whole_page)
    };
    if unseen && !around.is_revealed(element) {
        return Role::Invisible;
    }
    // A script may show such text later, so it only goes where it is the smaller part.
    if around.hidden.cover(element) && !around.shows_hidden() && !whole_page {
        return Role::Furniture { largest: usize::MAX };
    }
    let role = element.attr("role").unwrap_or("");
    let component = tag.starts_with("amp-") && !AMP_CONTENT.contains(&tag);
    if FURNITURE_TAGS.contains(&tag) || FURNITURE_ROLES.contains(&role) || component {
        return Role::Furniture { largest: usize::MAX };
    }
    let names = ["class", "id", "data-component", "data-testid", "data-ad"];
    let values = names.iter().filter_map(|name| element.attr(name).map(|value| (*name, value)));
    let comment = |value: &str| value.ends_with("schema.org/Comment") || value == "comment";
    if ["itemtype", "itemprop"].iter().any(|name| element.attr(name).is_some_and(comment)) {
        return Role::Comments;
    }
    let classified = element.classes().any(|class| matches!(class, "hentry" | "post" | "single"));
    let classified = classified || matches!(tag, "body" | "article");
    let mut strongest = if tag == "time" { Role::Meta } else { Role::Content };
    for (name, value) in values {
        if name == "data-ad" {
            return Role::Furniture { largest: usize::MAX };
        }
        for class in value.split_whitespace() {
            if classified && taxonomy(class).is_some() {
                continue;
            }
            match role_of_class(class, around) {
                Role::Furniture { largest: usize::MAX } => {
                    return Role::Furniture { largest: usize::MAX };
                }
                Role::Comments => return Role::Comments,
                Role::Content => {}
                found if strongest == Role::Content => strongest = found,
                _ => {}
            }
        }
    }
    strongest
}

/// What blogs write into the classes of a page: `category-social` → social.
pub(super) fn taxonomy(class: &str) -> Option<&str> {
    ["category-", "tag-", "topic-", "section-", "format-", "post_tag-"]
        .iter()
        .find_map(|prefix| class.strip_prefix(prefix))
}

fn role_of_class(class: &str, around: &Surroundings) -> Role {
    let mut words = words_of(class);
    words.retain(|word| !around.is_topic(word));
    let listed = |list: &str, word: &str| list.split_whitespace().any(|entry| entry == word);
    let pairs = words.windows(2).map(|pair| pair.join("-"));
    if class == "widget"
        || words.iter().any(|word| listed(FURNITURE_WORDS, word))
        || pairs.into_iter().any(|pair| listed(FURNITURE_PAIRS, &pair))
    {
        return Role::Furniture { largest: usize::MAX };
    }
    if words.iter().any(|word| listed(COMMENT_WORDS, word)) {
        let state = words.iter().any(|word| listed(COMMENT_STATES, word));
        return if state { Role::Content } else { Role::Comments };
    }
    if words.iter().any(|word| listed(META_WORDS, word)) {
        return Role::Meta;
    }
    if words.iter().any(|word| listed(SMALL_FURNITURE_WORDS, word)) {
        return Role::Furniture { largest: SMALL };
    }
    Role::Content
}

/// `relatedPosts_box-2` → related, posts, box, 2.
pub(super) fn words_of(class: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut after_small = false;
    for character in class.chars() {
        if !character.is_alphanumeric() {
            words.push(String::new());
        } else {
            if character.is_uppercase() && after_small {
                words.push(String::new());
            }
            if let Some(word) = words.last_mut() {
                word.extend(character.to_lowercase());
            }
        }
        after_small = character.is_lowercase();
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Hidden from the reader by an attribute or by its own style.
fn is_hidden(element: &Element) -> bool {
    if element.attr("hidden").is_some()
        || element.attr("inert").is_some()
        || element.attr("aria-hidden").is_some_and(|value| value.trim() == "true")
        || element.attr("layout") == Some("nodisplay")
    {
        return true;
    }
    element.attr("style").is_some_and(hides)
}

/// Whether declarations such as `display: none; color: red` take text out of sight.
pub(super) fn hides(declarations: &str) -> bool {
    let declarations: String = declarations.to_ascii_lowercase().split_whitespace().collect();
    declarations.split(';').filter_map(|rule| rule.split_once(':')).any(|(property, value)| {
        let value = value.trim_end_matches("!important");
        match property {
            "display" => value == "none",
            "visibility" => matches!(value, "hidden" | "collapse"),
            "opacity" => is_zero(value),
            "color" => value == "transparent",
            "font-size" | "width" | "height" | "max-height" => is_zero(value),
            "text-indent" | "left" | "top" => is_far_outside(value),
            "clip" => value.starts_with("rect(0"),
            _ => false,
        }
    })
}

fn is_zero(value: &str) -> bool {
    let number = value.trim_end_matches(|character: char| !character.is_ascii_digit());
    number.parse::<f64>() == Ok(0.0)
}

fn is_far_outside(value: &str) -> bool {
    let number = value.trim_end_matches(|character: char| !character.is_ascii_digit());
    number.parse::<f64>().is_ok_and(|pixels| pixels <= -500.0)
}
