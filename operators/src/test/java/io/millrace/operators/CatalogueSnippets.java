package io.millrace.operators;

import static io.millrace.operators.window.Window.tumbling;
import static java.time.Duration.ofDays;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.millrace.dsl.Aggregates;
import io.millrace.dsl.Aggregates.LongValue;
import io.millrace.dsl.EventStream;
import io.millrace.dsl.KeyedProcess;
import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.LongValues;
import io.millrace.dsl.LookBack;
import io.millrace.dsl.On;
import io.millrace.dsl.Setting;
import io.millrace.dsl.Table;
import io.millrace.dsl.TopItems;
import io.millrace.dsl.TopologyBuilder;
import io.millrace.dsl.Trend;
import io.millrace.event.EntryForm;
import io.millrace.event.Input;
import io.millrace.event.Length;
import io.millrace.event.LookupPort;
import io.millrace.event.Output;
import io.millrace.event.Reason;
import io.millrace.operator.Outside;
import io.millrace.operators.join.JoinKind;
import io.millrace.operators.score.LinearModel;
import io.millrace.operators.score.LogisticModel;
import io.millrace.operators.score.Model;

/**
 * The code of the catalogue: each region is a snippet of {@code operators/README.md}, word for word. {@link CatalogueTest}
 * compares them and builds a topology of every method here. A new word gets a method and a region of its name. Those of joins
 * are in {@link CatalogueJoins}, those about patterns in {@link CataloguePatterns}, of windows by count in {@link CatalogueWindows}.
 */
final class CatalogueSnippets {
    private CatalogueSnippets() {}

    // region: declarations
    record Payment(
            long card, long terminal, long cents, @Length(2) String country, long timeMs) {}

    record Profile(long card, long meanCents, boolean closed) {}

    record Rules(long limit) {}

    record Alert(long card, long cents) {}

    record Trouble(long sequence, @Length(60) String node) {}

    record Rate(@Length(2) String country, long perMille, long timeMs) {}

    static final Input<Payment> PAYMENTS = Input.of("payments", Payment.class).eventTime(Payment::timeMs, MILLISECONDS);
    static final Input<Payment> REFUNDS = Input.of("refunds", Payment.class);
    static final Input<Profile> PROFILES = Input.of("profiles", Profile.class);
    static final Input<Rules> RULES = Input.of("rules", Rules.class);
    static final Input<Rate> RATES = Input.of("rates", Rate.class).eventTime(Rate::timeMs, MILLISECONDS);
    static final Output<Payment> PASSED = Output.of("passed", Payment.class);
    static final Output<Payment> REPEATED = Output.of("repeated", Payment.class);
    static final Output<Payment> FOREIGN = Output.of("foreign", Payment.class);
    static final Output<Alert> ALERTS = Output.of("alerts", Alert.class);
    static final Output<Trouble> OPS = Output.of("ops", Trouble.class);
    static final Output<Payment> LATE = Output.of("late", Payment.class);
    // endregion

    static void from(TopologyBuilder t) {
        // region: from
        EventStream<Payment> payments = t.from(PAYMENTS);
        // endregion
        payments.to(PASSED);
    }

    static void filter(TopologyBuilder t) {
        // region: filter
        Setting<Rules> rules = t.setting("rules", RULES, new Rules(100_000));
        t.from(PAYMENTS)
                .filter(p -> p.cents() > 0)
                .filter(rules, (p, r) -> p.cents() <= r.limit())
                .to(PASSED);
        // endregion
    }

    static void onTime(TopologyBuilder t) {
        // region: onTime
        t.from(PAYMENTS).onTime().to(PASSED);
        // endregion
    }

    static void peek(TopologyBuilder t) {
        // region: peek
        t.from(PAYMENTS).peek(p -> System.out.println(p)).to(PASSED);
        // endregion
    }

    static void map(TopologyBuilder t) {
        // region: map
        Setting<Rules> rules = t.setting("rules", RULES, new Rules(100_000));
        t.from(PAYMENTS).map(Alert.class, p -> new Alert(p.card(), p.cents())).to(ALERTS);
        t.from(PAYMENTS)
                .map(rules, Alert.class, (p, r) -> new Alert(p.card(), p.cents() - r.limit()))
                .to(ALERTS);
        // endregion
    }

    static void flatMap(TopologyBuilder t) {
        // region: flatMap
        t.from(PAYMENTS)
                .flatMap(Alert.class, 2, (p, out) -> {
                    out.emit(new Alert(p.card(), p.cents() / 2));
                    out.emit(new Alert(p.terminal(), p.cents() - p.cents() / 2));
                })
                .to(ALERTS);
        // endregion
    }

    static void branch(TopologyBuilder t) {
        // region: branch
        t.from(PAYMENTS)
                .branch(p -> !p.country().equals("AT"), foreign -> foreign.to(FOREIGN))
                .to(PASSED);
        // endregion
    }

    static void merge(TopologyBuilder t) {
        // region: merge
        t.from(PAYMENTS).merge(t.from(REFUNDS)).to(PASSED);
        // endregion
    }

    static void keyBy(TopologyBuilder t) {
        // region: keyBy
        KeyedStream<Payment> byCard = t.from(PAYMENTS).keyBy(Payment::card);
        KeyedStream<Payment> byBoth = t.from(PAYMENTS).keyBy(Payment::card, Payment::terminal);
        // endregion
        byCard.to(PASSED);
        byBoth.to(PASSED);
    }

    static void keyByText(TopologyBuilder t) {
        // region: keyByText
        KeyedStream<Payment> byCountry = t.from(PAYMENTS).keyByText(Payment::country);
        KeyedStream<Payment> byLongName = t.from(PAYMENTS).keyByText(200, Payment::country);
        // endregion
        byCountry.to(PASSED);
        byLongName.to(PASSED);
    }

    static void keyByTextInto(TopologyBuilder t) {
        // region: keyByTextInto
        KeyedStream<Payment> byCountry = t.from(PAYMENTS).keyByTextInto((p, key) -> key.append(p.country()));
        // endregion
        byCountry.to(PASSED);
    }

    static void keyByFields(TopologyBuilder t) {
        // region: keyByFields
        KeyedStream<Payment> byPlace =
                t.from(PAYMENTS).keyByFields(k -> k.text(Payment::country).number(Payment::terminal));
        // endregion
        byPlace.to(PASSED);
    }

    static void keysAtMost(TopologyBuilder t) {
        // region: keysAtMost
        t.from(PAYMENTS)
                .keyBy(Payment::card)
                .keysAtMost(2_000_000) // in front of the words that it bounds
                .dedupe("first", ofHours(1))
                .to(PASSED);
        // endregion
    }

    // region: aggregates
    static class Habits extends Aggregates<Payment> {
        final LongValue dearest = argMax(Payment::terminal, Payment::cents);
        final LongValues highest = largest(3, Payment::cents);
        final LongValues lowest = smallestDistinct(3, Payment::cents);
        final LongValue countries = distinctText(Payment::country, 2, 20);
        final LongValue terminals = distinctAbout(Payment::terminal);
        final TopItems favourites = topK(3, Payment::terminal, 50);
        final TopItems busiest = heavyHitters(3, Payment::terminal, 100);
        final DoubleValue median = quantile(0.5, Payment::cents);
        final DoubleValue recent = ewma(Payment::cents, ofDays(1));
        final Trend trend = trend(Payment::cents);
        final DoubleValue together = correlation(Payment::timeMs, Payment::cents);
    }

    static class Month extends LookBack<Payment> {
        final Habits habits = last(ofDays(30), Habits::new);
    }
    // endregion

    static void aggregates(TopologyBuilder t) {
        // region: aggregates
        t.from(PAYMENTS)
                .keyBy(Payment::card)
                .lookBack("month", Month::new)
                .filter(m -> m.event().cents() > 10 * m.habits.median.get() && m.habits.countries.get() > 3)
                .to(ALERTS, m -> new Alert(m.event().card(), m.event().cents()));
        // endregion
    }

    // region: lookBack
    static class Spree extends LookBack<Payment> {
        final Span<Payment> minute = last(ofMinutes(1));
        final LongValue payments = minute.count();
        final LongValue cents = minute.sum(Payment::cents);
    }
    // endregion

    static void lookBack(TopologyBuilder t) {
        // region: lookBack
        t.from(PAYMENTS)
                .keyBy(Payment::card)
                .lookBack("spree", Spree::new)
                .filter(s -> s.payments.get() >= 3)
                .to(ALERTS, s -> new Alert(s.event().card(), s.cents.get()));
        // endregion
    }

    // region: window
    static class Spend extends Aggregates<Payment> {
        final LongValue card = longKey();
        final LongValue payments = count();
        final LongValue cents = sum(Payment::cents);
    }

    static class LastDays extends LookBack<Alert> {
        final Span<Alert> days = last(ofDays(30)).every(ofMinutes(1));
        final LongValue cents = days.sum(Alert::cents);
    }
    // endregion

    static void window(TopologyBuilder t) {
        // region: window
        t.from(PAYMENTS)
                .keyBy(Payment::card)
                .window("spend", tumbling(ofMinutes(1)).allowedLateness(ofMinutes(5)))
                .lateTo(PASSED)
                .aggregate(Spend::new)
                .filter(s -> s.payments.get() >= 3)
                .to(ALERTS, s -> new Alert(s.card.get(), s.cents.get()));

        t.from(PAYMENTS)
                .keyBy(Payment::card)
                .window("silence", tumbling(ofHours(1)))
                .emptyFor(t.table("cards", PROFILES, Profile::card).deleteWhen(Profile::closed))
                .aggregate(Spend::new)
                .filter(s -> s.payments.get() == 0)
                .to(ALERTS, s -> new Alert(s.card.get(), 0));

        t.from(PAYMENTS)
                .keyBy(Payment::card)
                .window("minute", tumbling(ofMinutes(1)))
                .aggregate(Spend::new)
                .map(Alert.class, s -> new Alert(s.card.get(), s.cents.get()))
                .lookBack("last-days", LastDays::new)
                .filter(m -> m.cents.get() > 1_000_000)
                .to(ALERTS, m -> new Alert(m.event().card(), m.cents.get()));

        t.from(PAYMENTS)
                .keyBy(Payment::terminal)
                .changelog("latest-of-terminal")
                .keyBy(Payment::card)
                .window("of-latest", tumbling(ofMinutes(1)).allowedLateness(ofMinutes(5)))
                .ofChanges(Payment::timeMs, MILLISECONDS)
                .aggregate(Spend::new)
                .to(ALERTS, s -> new Alert(s.card.get(), s.cents.get()));
        // endregion
    }

    static void table(TopologyBuilder t) {
        // region: table
        Table<Profile> profiles = t.table("profiles", PROFILES, Profile::card)
                .deleteWhen(Profile::closed)
                .keysAtMost(1_000_000);
        Table<Payment> latest =
                t.table("latest", t.from(PAYMENTS).keyBy(Payment::card)).evictOldest();
        // endregion
        t.from(PAYMENTS)
                .keyBy(Payment::card)
                .lookup("profile", profiles)
                .lookup("last", latest)
                .to(PASSED, j -> j.left().left());
    }

    static void tableByText(TopologyBuilder t) {
        // region: tableByText
        Table<Payment> latest = t.tableByText("latest", PAYMENTS, Payment::country);
        // endregion
        t.from(PAYMENTS).keyByText(Payment::country).lookup("last", latest).to(PASSED, j -> j.left());
    }

    static void lookup(TopologyBuilder t) {
        // region: lookup
        Table<Profile> profiles = t.table("profiles", PROFILES, Profile::card);
        t.from(PAYMENTS)
                .keyBy(Payment::card)
                .lookup("profile", profiles)
                .filter(j -> j.hasRight() && j.left().cents() > 10 * j.right().meanCents())
                .to(ALERTS, j -> new Alert(j.left().card(), j.left().cents()));
        // endregion
    }

    // region: process
    static class Silence extends KeyedProcess {
        final LongState cents = longState("cents");
        final Timer quiet = timer("quiet", this::report);
        final Emit<Alert> alerts = emits("alerts", Alert.class);

        Silence(On<Payment> payments) {
            on(payments, this::paid);
        }

        void paid(Payment p) {
            cents.add(p.cents());
            quiet.in(ofMinutes(5));
        }

        void report() {
            alerts.emit(new Alert(key(), cents.get()));
            forget();
        }
    }

    static class Closed extends KeyedProcess {
        final BooleanState known = booleanState("known");
        final LongState cents = longState("cents");
        final Emit<Alert> alerts = emits("alerts", Alert.class);

        Closed(On<Joined<Payment, Profile>> pairs) {
            onUpdates(pairs, this::changed);
        }

        void changed(EntryForm form, Joined<Payment, Profile> pair) {
            if (form != EntryForm.RETRACTION) {
                known.set(true);
                cents.set(pair.left().cents()); // new, or in the place of the one before
            } else if (known.get()) { // else idle for longer than it is kept, and forgotten
                alerts.emit(new Alert(key(), cents.get()));
                forget();
            }
        }
    }
    // endregion

    static void process(TopologyBuilder t) {
        // region: process
        t.from(PAYMENTS)
                .keyBy(Payment::card)
                .process("silence", ofHours(1), Silence::new)
                .out(s -> s.alerts)
                .to(ALERTS);

        KeyedStream<Profile> profiles = t.from(PROFILES).keyBy(Profile::card).deleteWhen(Profile::closed);
        t.from(PAYMENTS)
                .keyBy(Payment::card)
                .tableJoin("latest-of-card", profiles, JoinKind.INNER)
                .process("closed", ofHours(24), Closed::new)
                .out(c -> c.alerts)
                .to(ALERTS);
        // endregion
    }

    // region: windowByEvents
    static class Shift extends KeyedProcess {
        final BooleanState open = booleanState("open");
        final LongState cents = longState("cents");
        final Timer limit = timer("limit", this::close);
        final Emit<Alert> shifts = emits("shifts", Alert.class);

        Shift(On<Payment> payments) {
            on(payments, this::next);
        }

        void next(Payment p) {
            if (p.cents() != 0 && open.get()) {
                cents.add(p.cents());
            } else if (p.cents() == 0 && open.get()) {
                close();
            } else if (p.cents() == 0) {
                open.set(true);
                limit.in(ofHours(8));
            }
        }

        void close() {
            shifts.emit(new Alert(key(), cents.get()));
            limit.cancel();
            forget();
        }
    }
    // endregion

    static void windowByEvents(TopologyBuilder t) {
        // region: windowByEvents
        t.from(PAYMENTS)
                .keyBy(Payment::terminal)
                .process("shift", ofHours(24), Shift::new)
                .out(s -> s.shifts)
                .to(ALERTS);
        // endregion
    }

    // region: async
    record Device(long terminal) {}

    record Reputation(int score) {}

    static final LookupPort<Device, Reputation> DEVICES =
            LookupPort.of("device-reputation", Device.class, Reputation.class);
    // endregion

    static void async(TopologyBuilder t) {
        // region: async
        t.from(PAYMENTS)
                .keyBy(Payment::card)
                .async("reputation", DEVICES, p -> new Device(p.terminal()))
                .inFlightAtMost(4_096)
                .decideWithin(ofMillis(50), new Reputation(-1))
                .filter(a -> a.right().score() < 10)
                .to(ALERTS, a -> new Alert(a.left().card(), a.left().cents()));
        // endregion
    }

    static void defer(TopologyBuilder t) {
        // region: defer
        t.from(PAYMENTS)
                .keyBy(Payment::card)
                .defer("a-minute-later", ofMinutes(1))
                .to(PASSED);
        // endregion
    }

    // region: with
    record Seen(Payment payment, Spree spree, Joined<Payment, Profile> profile) {}
    // endregion

    static void dedupe(TopologyBuilder t) {
        // region: dedupe
        t.from(PAYMENTS)
                .keyBy(Payment::card, Payment::timeMs)
                .dedupe("once", ofHours(1))
                .duplicatesTo(REPEATED)
                .to(PASSED);
        // endregion
    }

    static void throttle(TopologyBuilder t) {
        // region: throttle
        t.from(PAYMENTS)
                .keyBy(Payment::card)
                .throttle("calm", 3, ofMinutes(1))
                .to(ALERTS, p -> new Alert(p.card(), p.cents()));
        // endregion
    }

    static void conflate(TopologyBuilder t) {
        // region: conflate
        KeyedStream<Payment> byTerminal = t.from(PAYMENTS).keyBy(Payment::terminal);
        byTerminal.conflate("latest", ofMinutes(1)).to(PASSED);
        byTerminal
                .map(Alert.class, p -> new Alert(p.card(), p.cents()))
                .conflate("sum", ofMinutes(1), (sum, next) -> new Alert(next.card(), sum.cents() + next.cents()))
                .to(ALERTS);
        // endregion
    }

    static void with(TopologyBuilder t) {
        // region: with
        Table<Profile> profiles = t.table("profiles", PROFILES, Profile::card);
        EventStream<Payment> payments = t.from(PAYMENTS).onTime();
        KeyedStream<Payment> byCard = payments.keyBy(Payment::card);
        payments.with(byCard.lookBack("spree", Spree::new), byCard.lookup("profile", profiles), Seen::new)
                .filter(s -> s.spree().payments.get() >= 3 && !s.profile().hasRight())
                .to(ALERTS, s -> new Alert(s.payment().card(), s.spree().cents.get()));
        // endregion
    }

    static void setting(TopologyBuilder t) {
        // region: setting
        Setting<Rules> rules = t.setting("rules", RULES, new Rules(100_000));
        t.from(PAYMENTS).filter(rules, (p, r) -> p.cents() <= r.limit()).to(PASSED);
        // endregion
    }

    // region: score
    static final Features<Payment> FEATURES = Features.of(
            Payment.class,
            f -> f.add("AMOUNT", p -> p.cents() / 100.0)
                    .add("TERMINAL", Payment::terminal)
                    .missingWhen(p -> p.terminal() == 0));
    static final Model MODEL =
            LogisticModel.of(LinearModel.intercept(-3.2).plus("AMOUNT", 0.012).plus("TERMINAL", 0.5, 7));
    // endregion

    static void score(TopologyBuilder t) {
        // region: score
        t.from(PAYMENTS)
                .score("model", MODEL, FEATURES)
                .filter(s -> s.probability() > 0.9)
                .peek(s -> System.out.println(s.event() + " by its amount of " + s.feature("AMOUNT")))
                .to(ALERTS, s -> new Alert(s.event().card(), s.event().cents()));
        // endregion
    }

    static void deadLetters(TopologyBuilder t) {
        t.from(PAYMENTS).to(PASSED);
        // region: deadLetters
        t.deadLetters()
                .filter(d -> d.reason() == Reason.OPERATOR_ERROR)
                .to(OPS, d -> new Trouble(d.sequence(), d.node()));
        // endregion
    }

    static void to(TopologyBuilder t) {
        // region: to
        t.from(PAYMENTS).to(PASSED);
        t.from(PAYMENTS).to(ALERTS, p -> new Alert(p.card(), p.cents()));
        // endregion
    }

    static void via(TopologyBuilder t) {
        // region: via
        t.from(PAYMENTS).via("positive", Filter.of(p -> p.cents() > 0)).to(PASSED);
        // endregion
    }

    static void onThread(TopologyBuilder t) {
        // region: onThread
        t.from(PAYMENTS).filter(p -> p.cents() > 0).onThread("checks").to(PASSED);
        // endregion
    }

    static void parallel(TopologyBuilder t) {
        // region: parallel
        KeyedStream<Payment> cards = t.from(PAYMENTS).keyBy(Payment::card).parallel("cards", 4);
        KeyedStream<Profile> profiles = t.from(PROFILES).keyBy(Profile::card).parallel("cards", 4);
        cards.lookup("profile", t.table("profiles", profiles))
                .filter(j -> j.hasRight() && j.left().cents() > 10 * j.right().meanCents())
                .to(ALERTS, j -> new Alert(j.left().card(), j.left().cents()));
        // endregion
    }

    static void dependsOn(TopologyBuilder t) {
        // region: dependsOn
        EventStream<Payment> dear = t.from(PAYMENTS).filter(p -> p.cents() > System.nanoTime() % 100); // do not
        t.dependsOn(dear, Outside.CLOCK);
        dear.to(PASSED);
        // endregion
    }

    static void budget(TopologyBuilder t) {
        // region: budget
        EventStream<Payment> large = t.from(PAYMENTS).filter(p -> p.cents() > 100_000);
        t.budget(large, ofMillis(1));
        large.to(PASSED);
        // endregion
    }
}
