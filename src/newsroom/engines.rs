//! The engines that are loaded, by the names of their models.

use std::cell::RefCell;
use std::rc::Rc;

use super::Keep;
use crate::engine::Engine;

type Named = (String, Rc<dyn Engine>);

pub(super) struct Engines {
    keep: Keep,
    loaded: RefCell<Vec<Named>>,
}

impl Engines {
    pub(super) fn new(keep: Keep) -> Self {
        Self { keep, loaded: RefCell::default() }
    }

    pub(super) fn get(&self, name: &str) -> Option<Rc<dyn Engine>> {
        let loaded = self.loaded.borrow();
        loaded.iter().find(|(known, _)| known == name).map(|(_, engine)| Rc::clone(engine))
    }

    /// Lets go of engines where only one is kept. Those that `shares` names are given back: what they hold is in use
    /// until the next one has it.
    pub(super) fn make_room(&self, shares: impl Fn(&str) -> bool) -> Vec<Named> {
        let mut before = match self.keep {
            Keep::One => self.loaded.take(),
            Keep::All => Vec::new(),
        };
        before.retain(|(name, _)| shares(name));
        before
    }

    pub(super) fn put(&self, name: &str, engine: &Rc<dyn Engine>) {
        self.loaded.borrow_mut().push((name.to_string(), Rc::clone(engine)));
    }

    /// Lets go of all that `wanted` does not name.
    pub(super) fn retain(&self, wanted: impl Fn(&str) -> bool) {
        self.loaded.borrow_mut().retain(|(name, _)| wanted(name));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::scripted::Scripted;

    fn engine() -> Rc<dyn Engine> {
        Rc::new(Scripted::parse(r#"{"rules": [{"answers": ["yes"]}]}"#).unwrap())
    }

    #[test]
    fn one_makes_room_for_the_next_and_all_stay() {
        let one = Engines::new(Keep::One);
        one.put("a", &engine());
        assert!(one.get("a").is_some());
        assert_eq!(one.make_room(|name| name == "a").len(), 1);
        assert!(one.get("a").is_none());
        one.put("b", &engine());
        assert!(one.make_room(|_| false).is_empty());

        let all = Engines::new(Keep::All);
        all.put("a", &engine());
        assert!(all.make_room(|_| true).is_empty());
        all.put("b", &engine());
        assert!(all.get("a").is_some() && all.get("b").is_some());
        all.retain(|name| name == "b");
        assert!(all.get("a").is_none());
    }
}
