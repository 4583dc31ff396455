//! What an answer must say beside its routes.

use std::collections::{BTreeMap, BTreeSet};

use regime::{Closure, Consignment, Request, Timeline, Timing, VersionId};

use crate::answer::{Answer, Remark};
use crate::model::Model;
use crate::question::Question;

impl Model {
    pub(crate) fn remark(&self, answer: &mut Answer, request: Request<'_>) {
        let mut remarks = Vec::new();
        let mut say = |code: &'static str, text: String| {
            let remark = Remark { code, text };
            if !remarks.contains(&remark) {
                remarks.push(remark);
            }
        };
        for assumed in &self.assumed {
            say("assumed", format!("assumed: {assumed}"));
        }
        let of_user = self.errors_of_the_user().count();
        if of_user > 0 {
            say(
                "overlay-has-faults",
                format!(
                    "{of_user} fault(s) in what was laid over the case; the rows that have them were left out"
                ),
            );
        }
        let faults = self.errors() - of_user;
        if faults > 0 {
            say(
                "case-has-faults",
                format!(
                    "{faults} row(s) or cell(s) of the case could not be read; the answer may rest on their absence"
                ),
            );
        }
        self.remark_horizon(answer, &mut say);
        if answer.routes.is_empty() {
            say("no-route", self.no_route_words(answer));
        }
        self.remark_changes(answer, request, &mut say);
        self.remark_prices(answer, &mut say);
        for (number, route) in answer.routes.iter().enumerate() {
            for closure in &route.assumed_open {
                say(
                    "taken-as-open",
                    format!(
                        "route {} was taken as open, as asked; {}",
                        number + 1,
                        self.closure_words(closure)
                    ),
                );
            }
        }
        if answer
            .routes
            .iter()
            .any(|route| route.vehicles.iter().any(|(.., trains)| trains.is_some_and(|count| count > 1.0)))
        {
            say(
                "more-than-one-train",
                "times are those of one train or vehicle; what lines and services can pass is not applied"
                    .to_owned(),
            );
        }
        for version in self.disputed(&answer.question, &answer.consignment) {
            let rule = self.regime.rules.rule_of(version);
            let text = &self.regime.rules.get(version).text;
            say("disputed-rule", format!("{} is disputed and not applied: {text}", rule.title));
        }
        answer.remarks = remarks;
    }

    fn no_route_words(&self, answer: &Answer) -> String {
        let question = &answer.question;
        let own_end =
            |avoided: &[network::PlaceId]| avoided.contains(&question.from) || avoided.contains(&question.to);
        let economy = |place| &self.network.places.get(place).economy;
        let territory = &question.avoided.territory;
        if own_end(&question.avoided.places)
            || territory.contains(economy(question.from))
            || territory.contains(economy(question.to))
        {
            return "the question avoids where the journey starts or ends".to_owned();
        }
        if question.allowed_modes().is_empty() {
            return "goods that stay on their trucks move by road and ferry only, and the question allows neither"
                .to_owned();
        }
        match (answer.not_known.first(), answer.why_not.first()) {
            (Some(_), _) => {
                "no route is surely open; what closes the routes shown as not known may have ended".to_owned()
            }
            (None, Some(nearest)) => {
                let closures: Vec<String> =
                    nearest.closures.iter().map(|closure| self.closure_words(closure)).collect();
                format!(
                    "no route is open; for the nearest one this would have to change: {}",
                    closures.join("; ")
                )
            }
            (None, None) => {
                "no route exists, open or closed, in the modes and with the places asked for; loading and \
                             unloading need a transfer from and to `store`"
                    .to_owned()
            }
        }
    }

    /// Says where an answer reaches beyond what the case knows.
    fn remark_horizon(&self, answer: &Answer, say: &mut impl FnMut(&'static str, String)) {
        let horizon = self.case.settings.horizon;
        let first = answer.question.timing.first_day();
        if first > horizon {
            say(
                "after-the-horizon",
                format!("as last known on {horizon}; nothing later is known to this case"),
            );
            return;
        }
        let hours_left = regime::hours_between(first, horizon) + 24.0;
        let is_dispatch = matches!(answer.question.timing, Timing::Dispatch(_));
        if is_dispatch && answer.routes.iter().any(|route| route.time.quantile(0.9) > hours_left) {
            say(
                "after-the-horizon",
                format!("the journey may end after {horizon}; what holds then is as last known on that day"),
            );
        }
    }

    /// Says what prices are missing, and which are younger than the day asked about.
    fn remark_prices(&self, answer: &Answer, say: &mut impl FnMut(&'static str, String)) {
        let incomplete: Vec<String> = (1..)
            .zip(&answer.routes)
            .filter(|(_, route): &(usize, _)| !route.unknown_prices.is_empty())
            .map(|(number, _)| number.to_string())
            .collect();
        if !incomplete.is_empty() {
            say(
                "price-not-known",
                format!(
                    "prices are missing from the totals of route(s) {}; the order of routes is not certain",
                    incomplete.join(", ")
                ),
            );
        }
        let asked = answer.question.timing.first_day().min(answer.question.perspective.known);
        let exchange = &self.case.exchange;
        match (answer.routes.first().and_then(|route| route.price_dates), exchange.prices_of()) {
            (Some((first, last)), Some(to)) => {
                let span = exchange.index_span().map_or_else(String::new, |(start, end)| {
                    format!(" that runs from {start} to {end} and is held outside")
                });
                say(
                    "restated-prices",
                    format!(
                        "prices of route 1, of {first} to {last}, are brought to those of {to} by an index of dollar \
                         prices{span}; money without a price date stays"
                    ),
                );
            }
            (Some((first, last)), None) if last > asked => say(
                "later-prices",
                format!(
                    "prices of route 1 are of {first} to {last}, some of them later than {asked}; they are not adjusted"
                ),
            ),
            _ => {}
        }
        for (number, route) in answer.routes.iter().enumerate() {
            for used in route.rules.iter().filter(|used| !used.certain) {
                let version = self.regime.rules.get(used.version);
                let takes_money = version.effect.belongs_to_hauls()
                    || matches!(version.effect, regime::Effect::Fee | regime::Effect::Permit);
                if takes_money {
                    say(
                        "may-hold",
                        format!(
                            "on route {} this may hold and is not applied: {} ({})",
                            number + 1,
                            version.text,
                            version.validity.words()
                        ),
                    );
                }
            }
        }
    }

    /// Says where a rule or state on the best routes changes before the cargo has surely arrived,
    /// and, for a dispatch, which dates its lawfulness rests on.
    fn remark_changes(
        &self,
        answer: &Answer,
        request: Request<'_>,
        say: &mut impl FnMut(&'static str, String),
    ) {
        let first = answer.question.timing.first_day();
        let request = Request { timing: Timing::Dispatch(first), ..request };
        let Timeline { days, blind_from } = Timeline::new(&self.case, &self.network, &self.regime, &request);
        if let Some(day) = blind_from {
            say(
                "too-many-changes",
                format!("changes from {day} on are not looked at: there are too many before"),
            );
        }
        let way =
            |forward: bool| if forward { network::Direction::Forward } else { network::Direction::Backward };
        let mut changes: BTreeMap<(usize, Closure, bool), Vec<String>> = BTreeMap::new();
        for (number, route) in answer.routes.iter().enumerate() {
            let nearly_sure = route.time.quantile(0.9);
            let links: Vec<_> = route.legs.iter().flat_map(|leg| leg.links.iter().copied()).collect();
            let closures_on = |segment: usize| {
                let mut set = BTreeSet::new();
                for (link, forward) in &links {
                    days[segment].link_closures(*link, way(*forward), &mut set);
                }
                set
            };
            let mut before = closures_on(0);
            for (segment, day) in days.iter().enumerate().skip(1) {
                if regime::hours_between(first, day.date) > nearly_sure {
                    break;
                }
                let after = closures_on(segment);
                for closure in after.symmetric_difference(&before) {
                    let begins = after.contains(closure);
                    changes
                        .entry((segment, closure.clone(), begins))
                        .or_default()
                        .push((number + 1).to_string());
                }
                before = after;
            }
        }
        for ((segment, closure, begins), routes) in changes {
            let text = format!(
                "{}, day {:.0} of the journey (routes {}): this {}: {}",
                days[segment].date,
                regime::hours_between(first, days[segment].date) / 24.0,
                routes.join(", "),
                if begins { "begins" } else { "ends" },
                self.closure_words(&closure)
            );
            say("rule-changes-on-the-way", text);
        }
        let percent = |share: f64| match share * 100.0 {
            share if share > 99.0 => "more than 99 %".to_owned(),
            share => format!("{share:.0} %"),
        };
        for (number, route) in answer.routes.iter().enumerate() {
            if route.legs.iter().any(|leg| leg.open_on_arrival < 1.0) {
                say(
                    "lawful-if-on-time",
                    format!(
                        "route {} is open when the cargo gets there with a probability of {}{}",
                        number + 1,
                        percent(route.open_on_arrival),
                        if route.lawful < 1.0 {
                            format!("; it is not closed for good before with {}", percent(route.lawful))
                        } else {
                            "; else the cargo waits".to_owned()
                        }
                    ),
                );
            }
            for leg in route.legs.iter().filter(|leg| leg.waited > 1.0) {
                say(
                    "waits-for-a-rule",
                    format!(
                        "on route {} the cargo waits {:.0} h at {} for a rule, season or price to change; handing it over later \
                         would save the wait",
                        number + 1,
                        leg.waited,
                        self.network.places.get(leg.from).name
                    ),
                );
            }
        }
    }

    /// Disputed versions that would speak to the question if they were applied.
    fn disputed(&self, question: &Question, consignment: &Consignment) -> Vec<VersionId> {
        if question.perspective.disputed {
            return Vec::new();
        }
        let date = question.timing.first_day();
        let applied = regime::Perspective { disputed: true, ..question.perspective };
        self.regime
            .rules
            .rules
            .iter()
            .filter_map(|rule| self.regime.rules.speaking(rule, date, applied))
            .map(|speaking| speaking.version)
            .filter(|version| {
                let own = self.regime.rules.get(*version);
                own.disputed && consignment.is_in(&own.class, &self.case, date)
            })
            .collect()
    }
}
