package io.millrace.operators.process;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.KeyedProcess;
import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.Millrace;
import io.millrace.dsl.On;
import io.millrace.event.EventType;
import io.millrace.event.Input;
import io.millrace.event.Length;
import io.millrace.event.Output;
import io.millrace.testkit.TestDriver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What can be kept of a key, and how keys of all kinds are seen. */
class StateTest {
    enum Colour {
        RED,
        GREEN,
        BLUE
    }

    record In(
            @Length(20) String who,
            long number,
            long timeNs,
            @Length(40) String text) {}

    record Out(@Length(100) String text) {}

    static final Input<In> IN = Input.of("in", In.class).eventTime(In::timeNs, NANOSECONDS);
    static final Output<Out> OUT = Output.of("out", Out.class);

    /** Runs one handler over a stream keyed in one way. */
    private TestDriver driver;

    private final List<String> seen = new ArrayList<>();

    private void run(java.util.function.Function<KeyedStream<In>, KeyedStream<Out>> process) {
        driver = TestDriver.of(Millrace.topology(
                "state", t -> process.apply(t.from(IN).keyBy(In::number)).to(OUT)));
    }

    private void send(long number, long timeNs, String text) {
        driver.send(IN, new In("", number, timeNs, text));
        driver.take(OUT).forEach(o -> seen.add(o.text()));
    }

    /** All kinds of numbers. */
    static class Kinds extends KeyedProcess {
        final LongState count = longState("count", 7);
        final DoubleState sum = doubleState("sum", 0.5);
        final DoubleState zero = doubleState("zero");
        final TimeState first = timeState("first");
        final BooleanState odd = booleanState("odd");
        final EnumState<Colour> colour = enumState("colour", Colour.class, Colour.GREEN);
        final TextState text = textState("text", 24);
        final Emit<Out> out = emits("out", Out.class);

        Kinds(On<In> in) {
            on(in, this::in);
        }

        void in(In e) {
            String before = count.get() + " " + sum.get() + " " + zero.get() + " "
                    + (first.isSet() ? first.get() : "never") + " " + odd.get() + " " + colour.get() + " "
                    + (text.isEmpty() ? "empty" : text.get().length()) + " " + text.is("Zo\u00eb \ud83d\ude00");
            out.emit(new Out(before));
            count.add(1);
            sum.add(0.25);
            zero.set(Double.NaN);
            if (!first.isSet()) {
                first.setNow();
            }
            odd.set(!odd.get());
            colour.set(colour.is(Colour.GREEN) ? Colour.BLUE : Colour.RED);
            text.set(e.text().equals("big") ? "x".repeat(25) : e.text().isEmpty() ? "Zo\u00eb \ud83d\ude00" : e.text());
        }
    }

    @Test
    void shouldKeepAllKindsOfFields() {
        run(s -> s.process("kinds", Duration.ofDays(1), Kinds::new).out(k -> k.out));
        send(1, 10, "");
        send(1, 11, "twenty-four-characters-..");
        send(1, 12, "twenty-four-characters-.");
        send(1, 13, "big");
        send(1, 14, "a");
        send(2, 15, "");
        assertEquals(
                List.of(
                        "7 0.5 0.0 never false GREEN empty false",
                        "8 0.75 NaN 10 true BLUE 6 true",
                        "9 1.0 NaN 10 false RED 24 false",
                        "7 0.5 0.0 never false GREEN empty false"),
                seen);
        assertEquals(2, driver.deadLetters().size(), "two texts were too long, and nothing of their events is kept");
        assertTrue(driver.deadLetters().get(0).cause().contains("text text has 25 bytes and holds 24"));
    }

    /** A count that is to be forgotten. */
    static class Count extends KeyedProcess {
        final LongState count = longState("count");
        final Timer timer = timer("timer", () -> count.add(100));
        final Emit<Out> out = emits("out", Out.class);

        Count(On<In> in) {
            on(in, e -> {
                out.emit(new Out(Long.toString(count.add(1))));
                if (!e.text().isEmpty()) {
                    timer.in(Duration.ofNanos(Long.parseLong(e.text())));
                }
            });
        }
    }

    @Test
    void shouldForgetAKeyThatNothingHappensTo() {
        run(s -> s.process("count", Duration.ofNanos(100), Count::new).out(c -> c.out));
        send(1, 0, "");
        send(1, 99, "");
        send(1, 198, "");
        send(1, 298, "");
        assertEquals(List.of("1", "2", "3", "1"), seen, "at 298 it had been idle for 100");
        driver.advanceToNs(500);
        assertEquals(0, driver.counters("count").keys, "and its memory goes without a further event of the key");
    }

    @Test
    void shouldForgetAKeyToTheNanosecondThoughItsMemoryGoesLater() {
        run(s -> s.process("count", Duration.ofNanos(6_400), Count::new).out(c -> c.out));
        send(1, 1, "");
        send(2, 1, "");
        send(2, 6_400, "");
        send(1, 6_401, "");
        send(2, 12_799, "");
        assertEquals(List.of("1", "1", "2", "1", "3"), seen);
    }

    @Test
    void shouldKeepAKeyWithAPendingTimer() {
        run(s -> s.process("count", Duration.ofNanos(100), Count::new).out(c -> c.out));
        send(1, 0, "1000");
        send(2, 999, "");
        send(1, 999, "");
        driver.advanceToNs(1099);
        assertEquals(1, driver.counters("count").keys);
        send(1, 1099, "");
        send(1, 1199, "");
        assertEquals(List.of("1", "1", "2", "103", "1"), seen);
    }

    @Test
    void shouldTakeNoMemoryForAKeyThatIsLeftAsItWas() {
        run(s -> s.process("nothing", Duration.ofDays(1), Nothing::new).out(n -> n.out));
        for (int i = 0; i < 1_000; i++) {
            send(i, i, "");
        }
        assertEquals(0, driver.counters("nothing").keys);
        assertEquals(1_000, seen.size());
    }

    /** Sends on without keeping anything. */
    static class Nothing extends KeyedProcess {
        final LongState never = longState("never", 3);
        final Emit<Out> out = emits("out", Out.class);

        Nothing(On<In> in) {
            on(in, e -> out.emit(new Out("" + never.get())));
        }
    }

    /** Says its key. */
    static class Keys extends KeyedProcess {
        final Kept<In> last = keeps("last", EventType.of(In.class));
        final Timer timer = timer("timer", () -> say("fires " + last.get().timeNs()));
        final Emit<Out> out = emits("out", Out.class);

        Keys(On<In> in) {
            on(in, e -> {
                say("sees " + (last.isPresent() ? last.get().timeNs() : -1));
                last.set(e);
                timer.in(Duration.ofNanos(10));
            });
        }

        private void say(String what) {
            out.emit(new Out(keyText() + "/" + keyNumber(1) + " " + what));
        }
    }

    @Test
    void shouldTellKeysOfSeveralFields() {
        driver = TestDriver.of(Millrace.topology(
                "keys",
                t -> t.from(IN)
                        .keyByFields(k -> k.text(In::who).number(In::number))
                        .process("keys", Duration.ofDays(1), Keys::new)
                        .out(k -> k.out)
                        .to(OUT)));
        for (String who : List.of("a", "b", "a", "abcdefghijklmnopqrst")) {
            driver.send(IN, new In(who, 3, 1, ""));
        }
        driver.send(IN, new In("a", -4, 2, "")).advanceToNs(50);
        assertEquals(
                List.of(
                        "a/3 sees -1",
                        "b/3 sees -1",
                        "a/3 sees 1",
                        "abcdefghijklmnopqrst/3 sees -1",
                        "a/-4 sees -1",
                        "b/3 fires 1",
                        "a/3 fires 1",
                        "abcdefghijklmnopqrst/3 fires 1",
                        "a/-4 fires 2"),
                driver.take(OUT).stream().map(Out::text).toList());
    }

    /** Asks for its key in the wrong way. */
    static class WrongKey extends KeyedProcess {
        final Emit<Out> out = emits("out", Out.class);

        WrongKey(On<In> in) {
            on(in, e -> {
                if (e.text().isEmpty()) {
                    keyText();
                }
                out.emit(new Out("" + key()));
            });
        }
    }

    @Test
    void shouldRefuseToReadAKeyAsWhatItIsNot() {
        run(s -> s.process("wrong", Duration.ofDays(1), WrongKey::new).out(w -> w.out));
        send(5, 0, "");
        send(5, 0, "number");
        assertEquals(List.of("5"), seen);
        assertTrue(driver.deadLetters().get(0).cause().contains("the key is long"), driver.deadLetters()::toString);
    }

    /** Keeps a view, and emits in the order of its inputs. */
    static class Views extends KeyedProcess {
        static final List<Blip.View> LEAKED = new ArrayList<>();
        final Kept<Blip.View> kept = keeps("kept", Blip.BLIP);
        final Emit<Out> out = emits("out", Out.class);
        final EmitInPlace<Blip.View, Blip.Writer> again = emits("again", Blip.BLIP);

        Views(On<Blip.View> first, On<Blip.View> second) {
            on(first, b -> take("first", b));
            on(second, b -> take("second", b));
        }

        private void take(String which, Blip.View b) {
            out.emit(new Out(which + " " + b + (kept.isPresent() ? " after " + kept.get() : "")));
            if (kept.isPresent()) {
                again.emit(kept.get());
                LEAKED.add(kept.get());
            }
            kept.set(b);
        }
    }

    /** Emits on two outputs in turn. */
    static class TwoWays extends KeyedProcess {
        final Emit<In> left = emits("left", In.class);
        final Emit<In> right = emits("right", In.class);

        TwoWays(On<In> in) {
            on(in, e -> {
                left.emit(new In("x", e.number() + 100, 0, "number"));
                right.emit(e);
                left.emit(new In("y", e.number() + 200, 0, "number"));
                right.emit(e);
            });
        }
    }

    @Test
    void shouldSendEachOutputWithItsOwnKeyWhateverFollowsTheOthers() {
        Output<Out> left = Output.of("left-out", Out.class);
        driver = TestDriver.of(Millrace.topology("two-ways", t -> {
            var ways = t.from(IN).keyBy(In::number).process("ways", Duration.ofDays(1), TwoWays::new);
            ways.out(w -> w.left)
                    .keyBy(In::number)
                    .process("left", Duration.ofDays(1), WrongKey::new)
                    .out(k -> k.out)
                    .to(left);
            ways.out(w -> w.right)
                    .process("right", Duration.ofDays(1), WrongKey::new)
                    .out(k -> k.out)
                    .to(OUT);
        }));
        send(5, 7, "number");
        send(6, 8, "number");
        assertEquals(List.of("5", "5", "6", "6"), seen);
        assertEquals(
                List.of("105", "205", "106", "206"),
                driver.take(left).stream().map(Out::text).toList());
    }

    /** Begins and does not end, or the other way round. */
    static class Halves extends KeyedProcess {
        final EmitInPlace<Blip.View, Blip.Writer> out = emits("out", Blip.BLIP);

        Halves(On<Blip.View> blips) {
            on(blips, b -> {
                if (b.value() != 2) {
                    out.begin().set(key(), nowNs(), b.value());
                }
                if (b.value() != 1) {
                    out.end();
                }
            });
        }
    }

    @Test
    void shouldRefuseAnOutputThatIsBegunAndNotEnded() {
        Input<Blip.View> blips = Input.of("blips", Blip.BLIP).eventTime(Blip.View::timeNs, NANOSECONDS);
        Output<Blip.View> halves = Output.of("whole", Blip.BLIP);
        TestDriver d = TestDriver.of(Millrace.topology(
                "halves",
                t -> t.from(blips)
                        .keyBy(Blip.View::key)
                        .process("halves", Duration.ofDays(1), Halves::new)
                        .out(h -> h.out)
                        .to(halves)));
        for (int value = 1; value <= 4; value++) {
            d.send(blips, Blip.of(1, value, value));
        }
        assertEquals(
                List.of("1@3 3", "1@4 4"),
                d.take(halves).stream().map(Object::toString).toList());
        assertTrue(d.deadLetters().get(0).cause().contains("output out: begin() without end()"));
        assertTrue(d.deadLetters().get(1).cause().contains("output out: end() without begin()"));
    }

    @Test
    void shouldTakeInputsInTheCanonicalOrderAndCutViews() {
        Input<Blip.View> blips = Input.of("blips", Blip.BLIP).eventTime(Blip.View::timeNs, NANOSECONDS);
        Output<Blip.View> again = Output.of("again", Blip.BLIP);
        Views.LEAKED.clear();
        TestDriver d = TestDriver.of(Millrace.topology("views", t -> {
            var keyed = t.from(blips).keyBy(Blip.View::key);
            var twice = keyed.map(Blip.BLIP, (b, o) -> o.set(b.key(), b.timeNs(), 2 * b.value()));
            var views = twice.process("views", Duration.ofDays(1), keyed, Views::new);
            views.out(v -> v.out).to(OUT);
            views.out(v -> v.again).to(again);
        }));
        d.send(blips, Blip.of(1, 10, 7)).send(blips, Blip.of(1, 11, 8));
        assertEquals(
                List.of(
                        "first 1@10 14",
                        "second 1@10 7 after 1@10 14",
                        "first 1@11 16 after 1@10 7",
                        "second 1@11 8 after 1@11 16"),
                d.take(OUT).stream().map(Out::text).toList());
        assertEquals(
                List.of("1@10 14", "1@10 7", "1@11 16"),
                d.take(again).stream().map(Object::toString).toList());
        assertTrue(Views.LEAKED.get(0).isCut());
        assertNotSame(Views.LEAKED.get(0), d.take(again));
    }

    /** Leaks itself. */
    static class Leaking extends KeyedProcess {
        static final List<Leaking> MADE = new ArrayList<>();
        final LongState number = longState("number", 3);
        final TextState text = textState("text", 4);
        final Timer timer = timer("timer", () -> {});

        Leaking(On<Blip.View> blips) {
            MADE.add(this);
            on(blips, b -> {
                number.set(b.value());
                text.set("a");
            });
        }
    }

    /** Outside a call they would answer for whatever key came last. */
    @Test
    void shouldRefuseToReadStateOutsideAHandler() {
        Input<Blip.View> blips = Input.of("blips", Blip.BLIP).eventTime(Blip.View::timeNs, NANOSECONDS);
        Leaking.MADE.clear();
        TestDriver d = TestDriver.of(Millrace.topology(
                "leak", t -> t.from(blips).keyBy(Blip.View::key).process("leak", Duration.ofDays(1), Leaking::new)));
        d.send(blips, Blip.of(1, 10, 7));
        assertEquals(List.of(), d.deadLetters());
        Leaking node = Leaking.MADE.get(Leaking.MADE.size() - 1);
        for (Executable read : List.<Executable>of(node.number::get, node.text::get, node.timer::isSet)) {
            String why = assertThrows(IllegalStateException.class, read).getMessage();
            assertTrue(why.contains("is for handlers of its process"), why);
        }
    }
}
