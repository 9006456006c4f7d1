package io.millrace.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.lang.reflect.Constructor;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Which records have a layout, and what is said of the others. */
class RecordTypeShapeTest {
    private static final String MANY =
            " has no layout; use one component for each of a few values, one event for each of many, "
                    + "or an SBE message with a group";
    private static final String OTHER = " has no layout; use a record, an enum, or the primitives it is made of";

    record WithList(List<String> tags) {}

    record WithMap(Map<String, Long> tags) {}

    record WithArray(byte[] data) {}

    record WithObject(Object any) {}

    record WithType<T>(T any) {}

    record WithDate(LocalDate day) {}

    record WithBig(BigInteger value) {}

    record WithOptional(Optional<String> note) {}

    record WithChars(CharSequence note) {}

    record BareText(String note) {}

    record BareDecimal(BigDecimal price) {}

    record BareBox(Long id) {}

    record NullPrimitive(@Nullable long id) {}

    record LengthOfLong(@Length(3) long id) {}

    record ScaleOfInt(@Scale(2) int cents) {}

    record ScaleOfText(@Scale(2) @Length(3) String cents) {}

    record LengthZero(@Length(0) String note) {}

    record LengthHuge(@Length(4097) String note) {}

    record ScaleHuge(@Scale(19) long cents) {}

    record ScaleNegative(@Scale(-1) BigDecimal cents) {}

    record Loop(@Nullable Loop next) {}

    record Ping(int a, @Nullable Pong pong) {}

    record Pong(@Nullable Ping ping) {}

    record Inner(String bare) {}

    record Outer(Inner inner) {}

    static Stream<Arguments> refused() {
        return Stream.of(
                arguments(WithList.class, "WithList.tags: java.util.List" + MANY),
                arguments(WithMap.class, "WithMap.tags: java.util.Map" + MANY),
                arguments(WithArray.class, "WithArray.data: byte[]" + MANY),
                arguments(WithObject.class, "WithObject.any: java.lang.Object" + OTHER),
                arguments(WithType.class, "WithType.any: java.lang.Object" + OTHER),
                arguments(
                        WithDate.class,
                        "WithDate.day: java.time.LocalDate has no layout; use Instant, or a long and "
                                + "its unit in the name"),
                arguments(
                        WithBig.class,
                        "WithBig.value: java.math.BigInteger has no layout; use long, or BigDecimal with @Scale"),
                arguments(
                        WithOptional.class,
                        "WithOptional.note: java.util.Optional has no layout; use the type inside it and @Nullable"),
                arguments(
                        WithChars.class,
                        "WithChars.note: java.lang.CharSequence has no layout; use String with @Length"),
                arguments(
                        BareText.class,
                        "BareText.note: java.lang.String without @Length has no layout; add "
                                + "@Length(n) with the largest number of characters"),
                arguments(
                        BareDecimal.class,
                        "BareDecimal.price: java.math.BigDecimal without @Scale has no layout; add "
                                + "@Scale(n) with the number of decimals"),
                arguments(
                        BareBox.class,
                        "BareBox.id: java.lang.Long without @Nullable has no layout; use long, or add @Nullable"),
                arguments(
                        NullPrimitive.class,
                        "NullPrimitive.id: long cannot be @Nullable; use its box, or take @Nullable away"),
                arguments(LengthOfLong.class, "LengthOfLong.id: long cannot have @Length; only String can"),
                arguments(ScaleOfInt.class, "ScaleOfInt.cents: int cannot have @Scale; only long and BigDecimal can"),
                arguments(
                        ScaleOfText.class,
                        "ScaleOfText.cents: java.lang.String cannot have @Scale; only long and BigDecimal can"),
                arguments(LengthZero.class, "LengthZero.note: java.lang.String has @Length(0); use 1 to 4096"),
                arguments(LengthHuge.class, "LengthHuge.note: java.lang.String has @Length(4097); use 1 to 4096"),
                arguments(ScaleHuge.class, "ScaleHuge.cents: long has @Scale(19); use 0 to 18"),
                arguments(ScaleNegative.class, "ScaleNegative.cents: java.math.BigDecimal has @Scale(-1); use 0 to 18"),
                arguments(
                        Loop.class,
                        "Loop.next: " + Loop.class.getName()
                                + " contains itself, so its layout would have no end; refer to the "
                                + "other event by an id"),
                arguments(
                        Ping.class,
                        "Ping.pong.ping: " + Ping.class.getName()
                                + " contains itself, so its layout would have no end; refer to the "
                                + "other event by an id"),
                arguments(
                        Outer.class,
                        "Outer.inner.bare: java.lang.String without @Length has no layout; add "
                                + "@Length(n) with the largest number of characters"));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void shouldRefuseWithNameTypeAndCure(Class<? extends Record> record, String message) {
        assertEquals(
                message,
                assertThrows(IllegalArgumentException.class, () -> EventType.of(record))
                        .getMessage());
        // And again: nothing half made is kept.
        assertThrows(IllegalArgumentException.class, () -> EventType.of(record));
    }

    @Test
    @SuppressWarnings({"unchecked", "rawtypes"})
    void shouldRefuseWhatIsNoRecord() {
        Class raw = String.class;
        assertEquals(
                "String: java.lang.String is not a record class; use a record",
                assertThrows(IllegalArgumentException.class, () -> EventType.of(raw))
                        .getMessage());
    }

    private record Secret(long a) {
        @Override
        public long a() {
            return a;
        }
    }

    @Test
    void shouldTakePrivateAndLocalRecords() {
        record Local(Secret inner, int b) {}
        EventType<Local> type = EventType.of(Local.class);
        byte[] bytes = new byte[type.maxLength()];
        type.encode(new Local(new Secret(5), 6), bytes, 0);
        assertEquals(new Local(new Secret(5), 6), type.newView().wrap(bytes, 0, bytes.length));
    }

    @Test
    void shouldTakeARecordTwiceInARow() {
        record Pair(Secret one, Secret two) {}
        assertEquals(
                "16 bytes, one record@0, one.a long@0, two record@8, two.a long@8",
                EventType.of(Pair.class).layout());
    }

    @Test
    void shouldTakeAsManyComponentsAsHandlesCan(@TempDir Path dir) throws Exception {
        String source = "package p; public record Wide(" + longs(120) + ") {}";
        Class<?> wide = Compiled.in(dir, Map.of("p.Wide", source)).loadClass("p.Wide");
        Constructor<?> constructor = wide.getConstructors()[0];
        Record event = (Record) constructor.newInstance(
                IntStream.range(0, 120).mapToObj(Long::valueOf).toArray());
        roundTrip(event, 960);
        assertSame(event, canonical(event));
    }

    @Test
    void shouldRefuseMoreComponents(@TempDir Path dir) throws Exception {
        String source = "package p; public record Wider(" + longs(121) + ") {}";
        Class<?> wider = Compiled.in(dir, Map.of("p.Wider", source)).loadClass("p.Wider");
        assertEquals(
                "Wider: too many components at c120; split the event, or group components in nested records",
                assertThrows(IllegalArgumentException.class, () -> EventType.of(wider.asSubclass(Record.class)))
                        .getMessage());
    }

    @Test
    void shouldRefuseMoreThanAMebibyte(@TempDir Path dir) throws Exception {
        String texts = IntStream.range(0, 240)
                .mapToObj(i -> "@io.millrace.event.Length(4096) String t" + i)
                .collect(Collectors.joining(", "));
        Map<String, String> sources = Map.of(
                "p.Large",
                "package p; public record Large(Texts a, Texts b) {}",
                "p.Texts",
                "package p; public record Texts(" + texts + ") {}");
        Class<?> large = Compiled.in(dir, sources).loadClass("p.Large");
        assertEquals(
                "Large.b: too long at t15; split the event, or group components in nested records",
                assertThrows(IllegalArgumentException.class, () -> EventType.of(large.asSubclass(Record.class)))
                        .getMessage());
    }

    @Test
    void shouldTakeTwoBytesForALargeEnum(@TempDir Path dir) throws Exception {
        String names = IntStream.range(0, 300).mapToObj(i -> "N" + i).collect(Collectors.joining(", "));
        Map<String, String> sources = Map.of(
                "p.Many",
                "package p; public enum Many { " + names + " }",
                "p.Event",
                "package p; public record Event(Many many) {}");
        ClassLoader loader = Compiled.in(dir, sources);
        Object last = loader.loadClass("p.Many").getEnumConstants()[299];
        Record event = (Record) loader.loadClass("p.Event").getConstructors()[0].newInstance(last);
        byte[] bytes = roundTrip(event, 2);
        assertEquals(299, Bytes.getShort(bytes, 0));
        Bytes.putShort(bytes, 0, (short) 300);
        EventType<?> type = EventType.of(event.getClass());
        assertEquals("Event.many: 300 is not the index of an enum constant; there are 300", type.check(bytes, 0, 2));
        assertEquals(
                "Event[malformed: Event.many: 300 is not the index of an enum constant; there are 300]",
                type.text(bytes, 0, 2));
    }

    @Test
    void shouldSayWhichPackageToOpen(@TempDir Path dir) throws Exception {
        Map<String, String> sources = Map.of(
                "module-info", "module shut { }",
                "shut.p.Hidden", "package shut.p; record Hidden(long a) {}");
        Class<?> hidden = Compiled.module(dir, "shut", sources).loadClass("shut.p.Hidden");
        String message = assertThrows(
                        IllegalArgumentException.class, () -> EventType.of(hidden.asSubclass(Record.class)))
                .getMessage();
        assertTrue(
                message.matches(
                        "Hidden: shut\\.p\\.Hidden cannot be reached; add `opens shut\\.p( to [a-z.]+)?;` to the"
                                + " module-info of shut, or make the record public in an exported package"),
                message);
    }

    @Test
    void shouldReachOpenedAndExportedRecords(@TempDir Path dir) throws Exception {
        Map<String, String> sources = Map.of(
                "module-info", "module ajar { opens ajar.p; exports ajar.q; }",
                "ajar.p.Opened", "package ajar.p; record Opened(long a) {}",
                "ajar.q.Exported", "package ajar.q; public record Exported(long a) {}");
        ClassLoader loader = Compiled.module(dir, "ajar", sources);
        for (String name : List.of("ajar.p.Opened", "ajar.q.Exported")) {
            EventType<?> type = EventType.of(loader.loadClass(name).asSubclass(Record.class));
            byte[] bytes = new byte[8];
            assertNull(type.check(bytes, 0, 8));
            assertTrue(type.newView().wrap(bytes, 0, 8).toString().endsWith("[a=0]"));
        }
    }

    private static String longs(int count) {
        return IntStream.range(0, count).mapToObj(i -> "long c" + i).collect(Collectors.joining(", "));
    }

    @SuppressWarnings("unchecked")
    private static <R extends Record> EventType<R> type(R event) {
        return EventType.of((Class<R>) event.getClass());
    }

    private static <R extends Record> byte[] roundTrip(R event, int length) {
        EventType<R> type = type(event);
        byte[] bytes = new byte[length];
        assertEquals(length, type.encode(event, bytes, 0));
        assertNull(type.check(bytes, 0, length));
        assertEquals(event, type.newView().wrap(bytes, 0, length));
        return bytes;
    }

    private static <R extends Record> R canonical(R event) {
        return type(event).canonical(event);
    }
}
