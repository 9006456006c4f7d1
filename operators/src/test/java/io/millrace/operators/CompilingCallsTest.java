package io.millrace.operators;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.Aggregates.DoubleValue;
import io.millrace.dsl.Aggregates.LongValue;
import io.millrace.dsl.EventPattern;
import io.millrace.dsl.EventStream;
import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.LookBack;
import io.millrace.dsl.Millrace;
import io.millrace.dsl.On;
import io.millrace.event.InPlaceInput;
import io.millrace.event.InPlaceOutput;
import io.millrace.event.InPlaceType;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.operators.quotes.QuoteDecoder;
import io.millrace.operators.quotes.QuoteEncoder;
import io.millrace.sbe.Sbe;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Two classes of calls: those that have to compile, with lambdas that name no types, method references, records and what
 * sbe-tool generates; and those that have to fail, either because they are mistakes, or because they are the shape of a word that
 * was not chosen: each of these shows why.
 */
class CompilingCallsTest {
    // ---- what has to compile; that it does is shown by this class being there

    private static final InPlaceType<QuoteDecoder, QuoteEncoder> QUOTE = Sbe.type(QuoteDecoder::new, QuoteEncoder::new);
    private static final InPlaceInput<QuoteDecoder, QuoteEncoder> QUOTES =
            Input.of("quotes", QUOTE).eventTime(QuoteDecoder::timeNs, NANOSECONDS);
    private static final InPlaceOutput<QuoteDecoder, QuoteEncoder> OUT = Output.of("out", QUOTE);

    static class QuotePast extends LookBack<QuoteDecoder> {
        final Span<QuoteDecoder> recent = last(Duration.ofMillis(1));
        final LongValue quotes = recent.count();
        final LongValue size = recent.sum(QuoteDecoder::size);
        final LongValue largest = recent.max(q -> q.size());
        final DoubleValue mean = recent.mean(QuoteDecoder::size);
        final DoubleValue share = recent.share(q -> q.size() > 100);
    }

    @Test
    void shouldTakeWhatSbeToolGenerates() {
        assertNotNull(Millrace.topology("sbe", t -> {
            EventStream<QuoteDecoder> quotes = t.from(QUOTES).filter(q -> q.size() > 0);
            quotes.keyByText(QuoteDecoder::venue).defer("a", Duration.ZERO).to(OUT);
            quotes.keyByText(q -> q.venue()).defer("b", Duration.ZERO).to(OUT);
            quotes.keyByTextInto(QuoteDecoder::getVenue)
                    .defer("c", Duration.ZERO)
                    .to(OUT);
            quotes.keyByFields(k -> k.number(QuoteDecoder::instrument).text(QuoteDecoder::venue))
                    .defer("d", Duration.ZERO)
                    .to(OUT);
            quotes.keyBy(QuoteDecoder::instrument, QuoteDecoder::size)
                    .defer("e", Duration.ZERO)
                    .to(OUT);
            quotes.keyBy(QuoteDecoder::instrument)
                    .lookBack("past", QuotePast::new)
                    .filter(p -> p.quotes.get() > 1 && p.mean.get() > 0.5)
                    .to(OUT, (p, out) -> out.instrument(p.event().instrument()).size(p.largest.get()));
            quotes.map(QUOTE, (q, out) -> out.instrument(q.instrument()).timeNs(q.timeNs()))
                    .to(OUT);
            quotes.keyBy(QuoteDecoder::instrument)
                    .dedupe("once", Duration.ofMillis(1))
                    .duplicates(side -> side.filter(q -> q.size() > 0).to(OUT))
                    .lateTo(OUT)
                    .throttle("calm", 3, Duration.ofMillis(1))
                    .stopped(side -> side.to(OUT))
                    .conflate(
                            "sum",
                            Duration.ofMillis(1),
                            QUOTE,
                            (sum, next, out) ->
                                    out.instrument(next.instrument()).size(sum.size() + next.size()))
                    .late(side -> side.to(OUT))
                    .to(OUT);
            KeyedStream<QuoteDecoder> byInstrument = quotes.keyBy(QuoteDecoder::instrument);
            byInstrument
                    .pattern("rise", Duration.ofSeconds(1), Rise::new)
                    .timedOut(side -> side.filter(m -> m.low.count() > 2)
                            .to(OUT, (m, out) -> out.size(m.low.first().size())))
                    .lateTo(OUT)
                    .to(
                            OUT,
                            (m, out) -> out.instrument(m.high.event().instrument())
                                    .size(m.low.last().size()));
            byInstrument
                    .pattern("two", Duration.ofSeconds(1), byInstrument, Both::new)
                    .to(OUT, (m, out) -> out.size(m.second.event().size()));
        }));
    }

    static class Rise extends EventPattern<QuoteDecoder> {
        final Step<QuoteDecoder> low = begin(q -> q.size() < 10).oneOrMore(8).until(q -> q.size() == 0);
        final Step<QuoteDecoder> high = followedBy(q -> q.size() > low.last().size());

        Rise() {
            skipToLast(low);
        }
    }

    static class Both extends EventPattern.Mixed {
        final Step<QuoteDecoder> first;
        final Step<QuoteDecoder> second;

        Both(On<QuoteDecoder> a, On<QuoteDecoder> b) {
            first = begin(a, q -> q.size() > 1).times(2).consecutive();
            notNext(b, q -> q.size() == first.event(0).size());
            second = followedByAny(b, q -> q.venue().equals(first.last().venue()));
        }
    }

    /** Reads and writes by one name, as fluent classes do. */
    static final class Fluent {
        private long account;

        long account() {
            return account;
        }

        Fluent account(long value) {
            account = value;
            return this;
        }
    }

    record Number(long v) {}

    @Test
    void shouldTakeAFieldThatIsReadAndWrittenByOneName() {
        assertNotNull(Millrace.topology(
                "fluent",
                t -> t.from(Input.of("numbers", Number.class))
                        .map(n -> new Fluent().account(n.v()))
                        .keyBy(Fluent::account)
                        .map(Number.class, f -> new Number(f.account()))
                        .to(Output.of("numbers-out", Number.class))));
    }

    // ---- what has to fail

    private record Call(String name, String expected, String source) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static final String IMPORTS = """
            import io.millrace.dsl.*;
            import io.millrace.dsl.Aggregates.*;
            import io.millrace.event.*;
            import io.millrace.operators.*;
            import io.millrace.operators.Fn.*;
            import java.time.Duration;
            """;

    private static final String DECLARED = IMPORTS + """
            class Snippet {
                record Quote(String venue, long instrument, double price, long size) {}
                record Other(long size) {}
                static final Output<Quote> QUOTES = Output.of("quotes", Quote.class);
                static final Output<Other> OTHERS = Output.of("others", Other.class);
                static class Past extends LookBack<Quote> {
                    final Span<Quote> recent = last(Duration.ofSeconds(1));
                    final LongValue size = recent.sum(q -> q.size());
                    final DoubleValue price = recent.mean(q -> q.price());
                }
                static class OtherPast extends LookBack<Other> {
                    final LongValue n = last(Duration.ofSeconds(1)).count();
                }
                static void define(TopologyBuilder t, EventStream<Quote> quotes) {
                    %s
                }
            }
            """;

    private static Call mistake(String name, String expected, String statement) {
        return new Call(name, expected, DECLARED.formatted(statement));
    }

    static Stream<Call> mistakes() {
        return Stream.of(
                mistake("text as a number", "String cannot be converted to long", "quotes.keyBy(q -> q.venue());"),
                mistake(
                        "double as a number",
                        "possible lossy conversion from double to long",
                        "quotes.keyBy(q -> q.price());"),
                mistake(
                        "number as a text",
                        "long cannot be converted to CharSequence",
                        "quotes.keyByText(q -> q.instrument());"),
                mistake(
                        "number as a condition",
                        "long cannot be converted to boolean",
                        "quotes.filter(q -> q.size());"),
                mistake("a name that is not there", "cannot find symbol", "quotes.filter(q -> q.sise() > 0);"),
                mistake(
                        "an output of another event",
                        "Output<Other> cannot be converted to Output<Quote>",
                        "quotes.to(OTHERS);"),
                mistake("another event made", "incompatible types", "quotes.to(OTHERS, q -> q);"),
                mistake("no record made", "incompatible", "quotes.map(String.class, q -> q.venue());"),
                mistake("state without a key", "cannot find symbol", "quotes.lookBack(\"past\", Past::new);"),
                mistake(
                        "state without a name",
                        "no suitable method found for lookBack(Past::new)",
                        "quotes.keyBy(q -> q.size()).lookBack(Past::new);"),
                mistake("repeats without a key", "cannot find symbol", "quotes.dedupe(\"once\", Duration.ZERO);"),
                mistake(
                        "periods without a name",
                        "no suitable method found for conflate",
                        "quotes.keyBy(q -> q.size()).conflate(Duration.ofSeconds(1));"),
                mistake(
                        "a merge into another event",
                        "Other cannot be converted to Quote",
                        "quotes.keyBy(q -> q.size()).conflate(\"c\", Duration.ZERO, (a, b) -> new Other(1));"),
                mistake("a pattern without a key", "cannot find symbol", "quotes.pattern(\"p\", Duration.ZERO, null);"),
                mistake(
                        "a pattern without a time",
                        "no suitable method found for pattern",
                        "quotes.keyBy(q -> q.size()).pattern(\"p\", Past::new);"),
                mistake(
                        "a pattern of others",
                        "inference",
                        "class P extends EventPattern<Other> { } quotes.keyBy(q -> q.size())"
                                + ".pattern(\"p\", Duration.ZERO, P::new);"),
                mistake(
                        "a past of others",
                        "inference",
                        "quotes.keyBy(q -> q.size()).lookBack(\"p\", OtherPast::new);"),
                mistake("a bound left out", "no suitable method", "quotes.flatMap(Other.class, (q, out) -> {});"),
                mistake(
                        "a sum of doubles in longs",
                        "possible lossy conversion from double to long",
                        "new Past() { final LongValue sum = recent.sum(q -> q.price()); };"));
    }

    private static Call shape(String name, String expected, String body) {
        return new Call(name, expected, IMPORTS + "class Snippet {\n" + body + "\n}\n");
    }

    private static final String EVENT = "record Quote(String venue, long instrument, double price, long size) {}\n";

    static Stream<Call> shapesNotChosen() {
        return Stream.of(
                shape("one word for keys of two kinds", "reference to keyBy is ambiguous", EVENT + """
                        interface Words<T> {
                            Words<T> keyBy(LongField<? super T> number);
                            Words<T> keyBy(TextField<? super T> text);
                        }
                        void call(Words<Quote> w) { w.keyBy(q -> q.instrument()); }
                        """),
                shape("one word for reading and for writing a key", "reference to keyBy is ambiguous", """
                        static class Fluent {
                            long account() { return 0; }
                            Fluent account(long value) { return this; }
                        }
                        interface Into { Into number(long v); }
                        interface Writes<T> { void write(T event, Into key); }
                        interface Words<T> {
                            Words<T> keyBy(LongField<? super T> number);
                            Words<T> keyBy(Writes<? super T> key);
                        }
                        void call(Words<Fluent> w) { w.keyBy(Fluent::account); }
                        """),
                shape("one word for sums of longs and doubles", "reference to sum is ambiguous", EVENT + """
                        interface Sums<T> {
                            long sum(LongField<? super T> field);
                            double sum(DoubleField<? super T> field);
                        }
                        void call(Sums<Quote> s) { s.sum(q -> q.size()); }
                        """),
                shape("fields listed by a static method", "cannot find symbol", EVENT + """
                        interface Key<T> {
                            static <T> Key<T> text(TextField<? super T> f) { return null; }
                            Key<T> and(TextField<? super T> f);
                        }
                        interface Words<T> { Words<T> keyBy(Key<? super T> key); }
                        void call(Words<Quote> w) { w.keyBy(Key.text(q -> q.venue()).and(q -> q.venue())); }
                        """),
                shape("a list that is not told its event", "cannot find symbol", EVENT + """
                        interface Named<T> {
                            static <T> Named<T> list() { return null; }
                            Named<T> add(String name, DoubleField<? super T> f);
                        }
                        static final Named<Quote> LIST = Named.list().add("PRICE", q -> q.price());
                        """));
    }

    @ParameterizedTest
    @MethodSource({"mistakes", "shapesNotChosen"})
    void shouldNotCompile(Call call, @TempDir Path dir) throws IOException {
        String said = compile(dir, call.source());
        assertTrue(said.contains(call.expected()), () -> said.isEmpty() ? "it compiles" : said);
        assertTrue(!said.contains("package "), said);
    }

    /** So that a mistake fails for what it says, and not for what stands around it. */
    @Test
    void shouldCompileWhatStandsAroundTheMistakes(@TempDir Path dir) throws IOException {
        String right = "quotes.filter(q -> q.size() > 0).keyBy(q -> q.instrument()).lookBack(\"past\", Past::new)"
                + ".to(OTHERS, p -> new Other(p.size.get()));";
        assertEquals("", compile(dir, DECLARED.formatted(right)));
    }

    /** Whoever imports all of these packages beside the JDK's still means the JDK's classes by these names. */
    @Test
    void shouldLeaveTheNamesOfTheJdkAlone(@TempDir Path dir) throws IOException {
        String source = IMPORTS + """
                import io.millrace.engine.*;
                import io.millrace.topology.*;
                import java.util.*;
                import java.util.concurrent.*;
                import java.util.function.*;
                import java.util.regex.*;
                import java.util.stream.*;
                class Snippet {
                    Process process; Record record; Module module; Stream<String> stream; Flow.Subscriber<String> flow;
                    Pattern pattern; Function<String, String> function; Supplier<String> supplier; Iterable<String> all;
                }
                """;
        assertEquals("", compile(dir, source));
    }

    /** What the compiler says; nothing when it has nothing to say. */
    private static String compile(Path dir, String source) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter said = new StringWriter();
        JavaFileObject file =
                new SimpleJavaFileObject(URI.create("string:///Snippet.java"), JavaFileObject.Kind.SOURCE) {
                    @Override
                    public CharSequence getCharContent(boolean ignored) {
                        return source;
                    }
                };
        List<String> options = List.of(
                "-d", dir.toString(), "-proc:none", "-cp", System.getProperty("java.class.path"), "-Xdiags:verbose");
        boolean compiles =
                compiler.getTask(said, null, null, options, null, List.of(file)).call();
        assertEquals(compiles, said.toString().isEmpty(), said::toString);
        return said.toString();
    }
}
