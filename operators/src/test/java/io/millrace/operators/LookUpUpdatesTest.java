package io.millrace.operators;

import static io.millrace.operators.LookUpTest.PAYMENTS;
import static io.millrace.operators.LookUpTest.PROFILES;
import static io.millrace.operators.LookUpTest.SEEN;
import static io.millrace.operators.LookUpTest.payment;
import static io.millrace.operators.LookUpTest.profile;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.Aggregates;
import io.millrace.dsl.EventPattern;
import io.millrace.dsl.KeyedProcess;
import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.LookBack;
import io.millrace.dsl.Millrace;
import io.millrace.dsl.On;
import io.millrace.dsl.Table;
import io.millrace.event.EntryForm;
import io.millrace.event.EventType;
import io.millrace.operator.Answers;
import io.millrace.operator.Flow;
import io.millrace.operator.Node;
import io.millrace.operator.NodeClass;
import io.millrace.operator.NodeContext;
import io.millrace.operator.Operator;
import io.millrace.operators.LookUpTest.Payment;
import io.millrace.operators.LookUpTest.Profile;
import io.millrace.operators.LookUpTest.Seen;
import io.millrace.operators.join.AsOf;
import io.millrace.operators.join.Interval;
import io.millrace.operators.window.Window;
import io.millrace.testkit.TestDriver;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyException;
import java.lang.invoke.MethodHandles;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a look-up does with entries that change earlier ones: rows are set and deleted, events are refused. */
class LookUpUpdatesTest {
    /** Sends a row as it comes, a retraction for a negative mean. */
    static final class Retract implements Operator<Profile, Profile> {
        @Override
        public String word() {
            return "retract";
        }

        @Override
        public NodeClass node() {
            return NodeClass.of(MethodHandles.lookup(), RetractNode.class);
        }

        @Override
        public EventType<?> outputType(int port, List<EventType<?>> inputs) {
            return inputs.get(0);
        }

        @Override
        public Answers answers() {
            return Answers.EXACTLY_ONE;
        }

        @Override
        public boolean makesUpdates() {
            return true;
        }
    }

    static final class RetractNode implements Node {
        RetractNode(Retract operator, NodeContext context) {
            assert operator != null && context != null;
        }

        @Override
        public boolean on(Flow flow) {
            long mean = flow.<Profile>value().mean();
            flow.form(mean < 0 ? EntryForm.RETRACTION : mean > 100 ? EntryForm.REPLACEMENT : EntryForm.INSERT);
            return true;
        }
    }

    @Test
    void shouldDeleteByARetractionAndSetByAReplacement() {
        TestDriver driver = TestDriver.of(LookUpTest.topology(t -> t.table(
                "profiles", t.from(PROFILES).via("retract", new Retract()).keyBy(Profile::card))));
        driver.send(PROFILES, profile(1, 5)).send(PROFILES, profile(1, 101)).send(PAYMENTS, payment(1));
        driver.send(PROFILES, profile(1, -1)).send(PAYMENTS, payment(1));
        assertEquals(List.of(new Seen(1, true, 101), new Seen(1, false, -1)), driver.take(SEEN));
    }

    /** A look-back takes inserts only: behind a look-up it gets them, whatever its table does. */
    static final class Seens extends LookBack<Joined<Payment, Profile>> {
        final Aggregates.LongValue count = last(Duration.ofDays(1)).count();
    }

    @Test
    void shouldSendInsertsWhateverItsTableDoes() {
        Topology topology = Millrace.topology("inserts", t -> {
            Table<Profile> profiles = t.table(
                    "profiles", t.from(PROFILES).via("retract", new Retract()).keyBy(Profile::card));
            t.from(PAYMENTS)
                    .keyBy(Payment::card)
                    .lookup("profile", profiles)
                    .lookBack("history", Seens::new)
                    .to(SEEN, s -> new Seen(s.event().left().card(), s.event().hasRight(), s.count.get()));
        });
        TestDriver driver = TestDriver.of(topology);
        driver.send(PROFILES, profile(1, 5)).send(PAYMENTS, payment(1));
        driver.send(PROFILES, profile(1, 101)).send(PAYMENTS, payment(1));
        driver.send(PROFILES, profile(1, -1)).send(PAYMENTS, payment(1));
        assertEquals(List.of(new Seen(1, true, 1), new Seen(1, true, 2), new Seen(1, false, 3)), driver.take(SEEN));
        assertEquals(List.of(), driver.deadLetters());
    }

    static final class Days extends LookBack<Profile> {
        final Aggregates.LongValue count = last(Duration.ofDays(1)).count();
    }

    static final class Any extends EventPattern<Profile> {
        final Step<Profile> any = begin(p -> true);
    }

    static final class Sum extends Aggregates<Profile> {
        final LongValue count = count();
    }

    static final class Each extends KeyedProcess {
        Each(On<Profile> in) {
            on(in, p -> {});
        }
    }

    /** Words that take inserts only. */
    enum InsertsOnly {
        LOOK_BACK(s -> s.lookBack("word", Days::new)),
        WINDOW(s -> s.window("word", Window.tumbling(Duration.ofDays(1))).aggregate(Sum::new)),
        PATTERN(s -> s.pattern("word", Duration.ofDays(1), Any::new)),
        PROCESS(s -> s.process("word", Duration.ofDays(1), Each::new)),
        DEDUPE(s -> s.dedupe("word", Duration.ofDays(1))),
        THROTTLE(s -> s.throttle("word", 1, Duration.ofDays(1))),
        CONFLATE(s -> s.conflate("word", Duration.ofDays(1))),
        DEFER(s -> s.defer("word", Duration.ofDays(1))),
        AS_OF(s -> s.asOf("word", s, AsOf.backward())),
        INTERVAL(s -> s.join("word", s, Interval.sameWindow(Duration.ofDays(1))));

        private final Consumer<KeyedStream<Profile>> word;

        InsertsOnly(Consumer<KeyedStream<Profile>> word) {
            this.word = word;
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldRefuseUpdatesWhereAWordTakesInsertsOnly(InsertsOnly only) {
        TopologyException thrown = assertThrows(
                TopologyException.class,
                () -> Millrace.topology(
                        "updates",
                        t -> only.word.accept(
                                t.from(PROFILES).via("retract", new Retract()).keyBy(Profile::card))));
        String problem = thrown.getMessage();
        assertTrue(problem.contains("accepts inserts only") && problem.contains("but keyBy"), problem);
    }

    @Test
    void shouldRefuseEventsThatChangeEarlierOnes() {
        TopologyException thrown = assertThrows(
                TopologyException.class,
                () -> Millrace.topology("updates", t -> {
                    Table<Profile> profiles = t.table("profiles", PROFILES, Profile::card);
                    t.from(PROFILES)
                            .via("retract", new Retract())
                            .keyBy(Profile::card)
                            .lookup("profile", profiles)
                            .to(
                                    SEEN,
                                    j -> new Seen(
                                            j.left().card(),
                                            j.hasRight(),
                                            j.left().mean()));
                }));
        assertEquals(1, thrown.problems().size());
        String problem = thrown.problems().get(0);
        assertTrue(problem.contains("lookup accepts inserts only on its input 0, but keyBy"), problem);
    }
}
