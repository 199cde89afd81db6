//! Two languages and a profile → the way from one to the other, decided once.

use std::fmt;

use anyhow::{Result, bail};

use crate::language::Language;
use crate::models::{Direction, Profile};

/// One translation by one model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leg {
    /// The language that it starts from.
    pub from: Language,
    /// The language that it leads to.
    pub to: Language,
    /// Name of the registry entry.
    pub model: String,
}

/// The way from one language to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// One model for both languages.
    Direct(Leg),
    /// Through English.
    Pivot(Leg, Leg),
}

impl Route {
    /// The legs in the order in which they are gone.
    pub fn legs(&self) -> Vec<&Leg> {
        match self {
            Route::Direct(leg) => vec![leg],
            Route::Pivot(first, second) => vec![first, second],
        }
    }

    /// The languages passed through, both ends included.
    pub fn languages(&self) -> Vec<Language> {
        let legs = self.legs();
        let start = legs.first().map(|leg| leg.from);
        start.into_iter().chain(legs.iter().map(|leg| leg.to)).collect()
    }
}

impl fmt::Display for Route {
    /// `tr → en (opus-tr-en), en → ru (opus-en-zle)`
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, leg) in self.legs().into_iter().enumerate() {
            if index > 0 {
                formatter.write_str(", ")?;
            }
            write!(formatter, "{} → {} ({})", leg.from, leg.to, leg.model)?;
        }
        Ok(())
    }
}

/// The way that `profile` offers: direct where it has a model for that, else through English.
///
/// # Errors
/// Names the directions for which the profile has no model.
pub fn plan(profile: &Profile, from: Language, to: Language) -> Result<Route> {
    let leg = |from, to| {
        let model = profile.translate.get(&Direction { from, to })?;
        Some(Leg { from, to, model: model.clone() })
    };
    if let Some(direct) = leg(from, to) {
        return Ok(Route::Direct(direct));
    }
    let pivot = Language::English;
    if from == pivot || to == pivot || from == to {
        bail!(
            "the profile '{}' has no model that translates {} into {}; choose another --profile",
            profile.name,
            from.name(),
            to.name()
        );
    }
    match (leg(from, pivot), leg(pivot, to)) {
        (Some(first), Some(second)) => Ok(Route::Pivot(first, second)),
        (first, second) => {
            let missing: Vec<String> = [(first, from, pivot), (second, pivot, to)]
                .iter()
                .filter(|(leg, _, _)| leg.is_none())
                .map(|(_, from, to)| format!("{from}-{to}"))
                .collect();
            bail!(
                "the profile '{}' has no model for {from}-{to}, and for the way through English \
                 it lacks {}; choose another --profile",
                profile.name,
                missing.join(" and ")
            )
        }
    }
}

/// Another way that `profile` offers, for sentences that come out poorly on `route`: through
/// English where that was a direct one between Turkish and Russian.
pub fn second(profile: &Profile, route: &Route) -> Option<Route> {
    let Route::Direct(direct) = route else { return None };
    let leg = |from, to| {
        let model = profile.translate.get(&Direction { from, to })?;
        Some(Leg { from, to, model: model.clone() })
    };
    let pivot = Language::English;
    if direct.from == pivot || direct.to == pivot {
        return None;
    }
    Some(Route::Pivot(leg(direct.from, pivot)?, leg(pivot, direct.to)?))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn profile(directions: &[&str]) -> Profile {
        let translate = directions
            .iter()
            .map(|direction| (direction.parse().unwrap(), format!("m-{direction}")))
            .collect();
        Profile {
            name: "test".into(),
            summary: String::new(),
            hardware: String::new(),
            summarise: BTreeMap::new(),
            translate,
            entailment: None,
        }
    }

    fn planned(directions: &[&str], from: Language, to: Language) -> String {
        match plan(&profile(directions), from, to) {
            Ok(route) => route.to_string(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn direct_is_preferred_and_english_is_the_pivot() {
        use Language::{English, Russian, Turkish};
        let all = ["tr-ru", "tr-en", "en-ru"];
        assert_eq!(planned(&all, Turkish, Russian), "tr → ru (m-tr-ru)");
        assert_eq!(planned(&all[1..], Turkish, Russian), "tr → en (m-tr-en), en → ru (m-en-ru)");
        assert_eq!(planned(&all, English, Russian), "en → ru (m-en-ru)");
        let route = plan(&profile(&all[1..]), Turkish, Russian).unwrap();
        assert_eq!(route.languages(), [Turkish, English, Russian]);
    }

    #[test]
    fn the_second_way_leads_through_english() {
        use Language::{English, Russian, Turkish};
        let profile = profile(&["tr-ru", "tr-en", "en-ru"]);
        let direct = plan(&profile, Turkish, Russian).unwrap();
        let way = second(&profile, &direct).unwrap();
        assert_eq!(way.to_string(), "tr → en (m-tr-en), en → ru (m-en-ru)");
        assert_eq!(second(&profile, &way), None);
        assert_eq!(second(&profile, &plan(&profile, English, Russian).unwrap()), None);
    }

    #[test]
    fn what_is_missing_is_named() {
        use Language::{English, Russian, Turkish};
        assert_eq!(
            planned(&["en-ru"], Turkish, Russian),
            "the profile 'test' has no model for tr-ru, and for the way through English it lacks \
             tr-en; choose another --profile"
        );
        assert!(planned(&[], Turkish, Russian).contains("it lacks tr-en and en-ru"));
        assert!(planned(&[], English, Turkish).contains("translates English into Turkish"));
    }
}
