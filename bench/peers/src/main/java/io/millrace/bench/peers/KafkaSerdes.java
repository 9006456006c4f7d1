package io.millrace.bench.peers;

import java.nio.ByteBuffer;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/** What goes through Kafka Streams, and stands in its stores, as bytes of a fixed layout. */
final class KafkaSerdes {
    private static final int EVENT_BYTES = 40;

    static final Serde<Event> EVENT = serde(e -> EVENT_BYTES, KafkaSerdes::write, KafkaSerdes::readEvent);
    static final Serde<Second> SECOND = serde(s -> 24, KafkaSerdes::write, KafkaSerdes::readSecond);
    static final Serde<Logins> LOGINS = serde(Logins::bytes, Logins::write, Logins::read);
    static final Serde<Card> CARD = serde(Card::bytes, Card::write, Card::read);

    private KafkaSerdes() {}

    private static <T> Serde<T> serde(
            ToIntFunction<T> length, BiConsumer<T, ByteBuffer> writer, Function<ByteBuffer, T> reader) {
        return Serdes.serdeFrom(
                (topic, value) -> {
                    if (value == null) {
                        return null;
                    }
                    byte[] bytes = new byte[length.applyAsInt(value)];
                    writer.accept(value, ByteBuffer.wrap(bytes));
                    return bytes;
                },
                (topic, bytes) -> bytes == null ? null : reader.apply(ByteBuffer.wrap(bytes)));
    }

    private static void write(Event e, ByteBuffer to) {
        to.putLong(e.id).putLong(e.card).putLong(e.timeMs).putLong(e.amountCents);
        to.putInt(e.merchant).putShort((short) e.country).putShort((short) e.kind);
    }

    private static Event readEvent(ByteBuffer from) {
        Event e = new Event();
        e.id = from.getLong();
        e.card = from.getLong();
        e.timeMs = from.getLong();
        e.amountCents = from.getLong();
        e.merchant = from.getInt();
        e.country = from.getShort();
        e.kind = from.getShort();
        return e;
    }

    private static void write(Second s, ByteBuffer to) {
        to.putLong(s.count).putLong(s.sum).putLong(s.max);
    }

    private static Second readSecond(ByteBuffer from) {
        Second s = new Second();
        s.count = from.getLong();
        s.sum = from.getLong();
        s.max = from.getLong();
        return s;
    }
}
