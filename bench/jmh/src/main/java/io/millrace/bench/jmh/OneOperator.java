package io.millrace.bench.jmh;

import static io.millrace.bench.topologies.Messages.MAPPED;
import static io.millrace.bench.topologies.Messages.PROFILE;
import static io.millrace.bench.topologies.Messages.TRANSACTION;
import static io.millrace.bench.topologies.Messages.TRANSACTIONS;
import static io.millrace.operators.join.AsOf.backward;
import static io.millrace.operators.join.Interval.between;
import static io.millrace.operators.window.Window.tumbling;

import io.millrace.bench.message.MappedDecoder;
import io.millrace.bench.message.MappedEncoder;
import io.millrace.bench.message.ProfileDecoder;
import io.millrace.bench.message.ProfileEncoder;
import io.millrace.bench.message.TransactionDecoder;
import io.millrace.bench.workloads.Tx;
import io.millrace.dsl.Aggregates;
import io.millrace.dsl.Aggregates.LongValue;
import io.millrace.dsl.EventPattern;
import io.millrace.dsl.EventStream;
import io.millrace.dsl.KeyedProcess;
import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.LookBack;
import io.millrace.dsl.Millrace;
import io.millrace.dsl.On;
import io.millrace.dsl.TopologyBuilder;
import io.millrace.engine.Claims;
import io.millrace.engine.Engine;
import io.millrace.engine.Inline;
import io.millrace.engine.Setup;
import io.millrace.event.InPlaceInput;
import io.millrace.event.InPlaceOutput;
import io.millrace.event.Input;
import io.millrace.event.LookupPort;
import io.millrace.event.Output;
import io.millrace.operators.Features;
import io.millrace.operators.Joined;
import io.millrace.operators.join.JoinKind;
import io.millrace.operators.score.LinearModel;
import io.millrace.operators.score.LogisticModel;
import io.millrace.topology.Topology;
import java.time.Duration;

/** A topology of one operator, by its name. */
final class OneOperator {
    private static final Duration SECOND = Duration.ofSeconds(1);

    /** About one event of the other kind of a key is in it. */
    private static final Duration JOINED = Duration.ofMillis(20);

    /** So that what was loaded before the first event is still found. */
    private static final Duration LONG = Duration.ofHours(24);

    private static final Output<TransactionDecoder> SAME = Output.of("same", TRANSACTION);
    private static final Output<TransactionDecoder> REPEATED = Output.of("repeated", TRANSACTION);
    private static final InPlaceOutput<MappedDecoder, MappedEncoder> OUT = Output.of("out", MAPPED);

    /** What is known of a key, for those that ask a second input. */
    static final InPlaceInput<ProfileDecoder, ProfileEncoder> PROFILES = Input.of("profiles", PROFILE);

    /** Where {@code async} asks, and where it is told. */
    static final LookupPort<TransactionDecoder, MappedDecoder> ASKED = LookupPort.of("asked", TRANSACTION, MAPPED);

    private static final Features<TransactionDecoder> FEATURES = Features.of(
            TransactionDecoder.class,
            f -> f.add("amount", TransactionDecoder::amountCents)
                    .add("merchant", TransactionDecoder::merchant)
                    .add("country", TransactionDecoder::country));
    private static final LogisticModel MODEL = LogisticModel.of(LinearModel.intercept(-1)
            .plus("amount", 0.00001)
            .plus("merchant", -0.00002)
            .plus("country", 0.3));

    private OneOperator() {}

    /** Of the events, and of the rows that they ask. */
    static final int KEYS = 1_000;

    private static final int ROWS_OF_A_GROUP = 100;

    /** Half of what a key has in a second. */
    private static final int FEW = 100;

    private static final Duration KEPT = Duration.ofMinutes(1);

    /** What is kept of a key in a window, and of the rows of a group, whose number is the key then. */
    private static final class Sums extends Aggregates<TransactionDecoder> {
        final LongValue card = longKey();
        final LongValue count = count();
        final LongValue sum = sum(TransactionDecoder::amountCents);
    }

    /** The last second of a key, in steps. */
    private static final class Last extends LookBack<TransactionDecoder> {
        final Span<TransactionDecoder> second = last(SECOND).every(JOINED);
        final LongValue sum = second.sum(TransactionDecoder::amountCents);
    }

    /** Two of the other kind in a row, then one that is not. */
    private static final class Three extends EventPattern<TransactionDecoder> {
        final Step<TransactionDecoder> declined =
                begin(tx -> tx.kind() == Tx.DECLINED).times(2).consecutive();
        final Step<TransactionDecoder> approved = next(tx -> tx.kind() != Tx.DECLINED);
    }

    /** An event and what was found of its key, seen together. */
    private record Seen(TransactionDecoder tx, Joined<TransactionDecoder, ProfileDecoder> profile) {}

    /** A timer of each key, which each of its events sets anew. */
    private static final class Silence extends KeyedProcess {
        final LongState last = longState("last");
        final EmitInPlace<MappedDecoder, MappedEncoder> silent = emits("silent", MAPPED);
        final Timer timer = timer("silence", this::fell);

        Silence(On<TransactionDecoder> events) {
            on(events, e -> {
                last.set(e.id());
                timer.at(nowNs() + SECOND.toNanos());
            });
        }

        private void fell() {
            silent.begin().id(last.get()).value(key());
            silent.end();
        }
    }

    /** The engine to be, its outputs discarded. */
    static Setup setUp(String operator) {
        Topology topology =
                Millrace.topology("one-" + operator.toLowerCase(java.util.Locale.ROOT), t -> build(operator, t));
        Setup setup = Engine.of(topology);
        topology.outputs().forEach(setup::discard);
        return setup;
    }

    /** Publishes a row for each key, where a second input is asked. */
    static void load(Inline engine) {
        if (engine.topology().inputs().stream().noneMatch(i -> i.name().equals(PROFILES.name()))) {
            return;
        }
        Claims<ProfileEncoder> rows = engine.claims(PROFILES);
        for (int key = 0; key < KEYS; key++) {
            rows.claim().card(key).meanCents(key + 1).home((short) 3);
            rows.commit();
        }
    }

    private static void build(String operator, TopologyBuilder t) {
        EventStream<TransactionDecoder> events = t.from(TRANSACTIONS);
        switch (operator) {
            case "lookup" ->
                byCard(events)
                        .lookup("profile", t.table("profiles", PROFILES, ProfileDecoder::card))
                        .to(
                                OUT,
                                (j, out) ->
                                        out.id(j.left().id()).value(j.right().meanCents()));
            case "tableJoin" ->
                byCard(events)
                        .tableJoin("latest", t.from(PROFILES).keyBy(ProfileDecoder::card), JoinKind.INNER)
                        .to(
                                OUT,
                                (j, out) ->
                                        out.id(j.left().id()).value(j.right().meanCents()));
            case "foreignKeyJoin", "foreignKeyMoves" ->
                byCard(events)
                        .foreignKeyJoin(
                                "named",
                                operator.equals("foreignKeyJoin")
                                        ? e -> (e.card() + 1) % KEYS
                                        : e -> e.merchant() % KEYS,
                                t.from(PROFILES).keyBy(ProfileDecoder::card),
                                JoinKind.INNER)
                        .to(
                                OUT,
                                (j, out) ->
                                        out.id(j.left().id()).value(j.right().meanCents()));
            case "score" ->
                events.score("model", MODEL, FEATURES)
                        .to(OUT, (s, out) -> out.id(s.event().id()).value((long) (1_000 * s.probability())));
            case "with" ->
                events.with(
                                byCard(events).lookup("profile", t.table("profiles", PROFILES, ProfileDecoder::card)),
                                Seen::new)
                        .to(
                                OUT,
                                (s, out) -> out.id(s.tx().id())
                                        .value(s.profile().right().meanCents()));
            case "async" ->
                events.async("asked", ASKED, e -> e)
                        .unansweredTo(REPEATED)
                        .decideWithin(JOINED)
                        .to(
                                OUT,
                                (j, out) ->
                                        out.id(j.left().id()).value(j.right().value()));
            default -> alone(operator, events);
        }
    }

    /** Those that ask nobody else. */
    private static void alone(String operator, EventStream<TransactionDecoder> events) {
        switch (operator) {
            case "none" -> events.to(SAME);
            case "filter" -> events.filter(e -> e.amountCents() >= 0).to(SAME);
            case "map" ->
                events.map(MAPPED, (e, out) -> out.id(e.id()).value(e.amountCents()))
                        .to(OUT);
            case "window" ->
                byCard(events)
                        .window("sums", tumbling(SECOND))
                        .aggregate(Sums::new)
                        .to(OUT, (s, out) -> out.id(s.card.get()).value(s.count.get() ^ s.sum.get()));
            case "lookBack" ->
                byCard(events)
                        .lookBack("last", Last::new)
                        .to(OUT, (l, out) -> out.id(l.event().id()).value(l.sum.get()));
            case "join", "joinInsert", "joinProbe" ->
                transactions(events)
                        .join(
                                "logins",
                                of(events, Tx.LOGIN),
                                between(
                                        (operator.equals("joinProbe") ? LONG : JOINED).negated(),
                                        Duration.ofMillis(-1)))
                        .to(
                                OUT,
                                (p, out) ->
                                        out.id(p.left().id()).value(p.right().id()));
            case "asOf" ->
                transactions(events)
                        .asOf(
                                "quote",
                                of(events, Tx.QUOTE),
                                backward().onArrival().inner())
                        .to(
                                OUT,
                                (p, out) ->
                                        out.id(p.left().id()).value(p.right().id()));
            case "dedupe" ->
                events.keyBy(TransactionDecoder::id)
                        .dedupe("once", SECOND)
                        .duplicatesTo(REPEATED)
                        .to(SAME);
            case "pattern" ->
                byCard(events)
                        .pattern("three", SECOND, Three::new)
                        .to(
                                OUT,
                                (m, out) -> out.id(m.declined.first().id())
                                        .value(m.approved.event().id()));
            case "group" ->
                byCard(events)
                        .group("hundreds")
                        .by(e -> e.card() / ROWS_OF_A_GROUP)
                        .aggregate(Sums::new)
                        .to(OUT, (s, out) -> out.id(s.card.get()).value(s.count.get() ^ s.sum.get()));
            case "flatMap" ->
                events.flatMap(MAPPED, 2, (e, out) -> {
                            out.begin().id(e.id()).value(e.amountCents());
                            out.end();
                        })
                        .to(OUT);
            case "branch" ->
                events.branch(e -> e.kind() != Tx.TRANSACTION, others -> others.to(REPEATED))
                        .to(SAME);
            case "merge" ->
                events.filter(e -> e.kind() == Tx.TRANSACTION)
                        .merge(events.filter(e -> e.kind() != Tx.TRANSACTION))
                        .to(SAME);
            case "throttle" -> byCard(events).throttle("some", FEW, SECOND).to(SAME);
            case "conflate" -> byCard(events).conflate("newest", JOINED).to(SAME);
            case "defer" -> byCard(events).defer("later", JOINED).to(SAME);
            case "process" ->
                byCard(events)
                        .process("silence", KEPT, Silence::new)
                        .out(s -> s.silent)
                        .to(OUT);
            default -> throw new IllegalArgumentException(operator);
        }
    }

    private static KeyedStream<TransactionDecoder> byCard(EventStream<TransactionDecoder> events) {
        return events.keyBy(TransactionDecoder::card);
    }

    private static KeyedStream<TransactionDecoder> transactions(EventStream<TransactionDecoder> events) {
        return of(events, Tx.TRANSACTION);
    }

    private static KeyedStream<TransactionDecoder> of(EventStream<TransactionDecoder> events, int kind) {
        return events.filter(e -> e.kind() == kind).keyBy(TransactionDecoder::card);
    }
}
