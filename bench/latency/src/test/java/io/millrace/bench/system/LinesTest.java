package io.millrace.bench.system;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.bench.message.MessageHeaderEncoder;
import io.millrace.bench.message.TransactionEncoder;
import io.millrace.bench.topologies.Messages;
import io.millrace.bench.workloads.Generator;
import io.millrace.bench.workloads.Tx;
import io.millrace.bench.workloads.Workload;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** What is written by hand is what generated code writes, header included, and reads back. */
class LinesTest {
    private static final int EVENTS = 5_000;

    private static byte[] generated(Tx tx) {
        byte[] bytes = new byte[MessageHeaderEncoder.ENCODED_LENGTH + TransactionEncoder.BLOCK_LENGTH];
        Messages.encode(
                tx,
                new TransactionEncoder().wrapAndApplyHeader(new UnsafeBuffer(bytes), 0, new MessageHeaderEncoder()));
        return bytes;
    }

    private static String text(Tx tx) {
        return tx.id + " " + tx.card + " " + tx.timeMs + " " + tx.amountCents + " " + tx.merchant + " " + tx.country
                + " " + tx.kind;
    }

    @Test
    void shouldWriteTheBytesOfGeneratedCodeAndReadThemBack() {
        Generator generator = new Generator(Workload.W4, EVENTS);
        Lines lines = new Lines(64);
        Tx tx = new Tx();
        Tx read = new Tx();
        for (int i = 0; i < EVENTS; i++) {
            generator.fill(i, tx);
            tx.country = i & 0xff;
            tx.merchant = i % 2 == 0 ? tx.merchant : -tx.merchant;
            lines.write(i, tx, i, -i);
            assertArrayEquals(generated(tx), lines.message(i));
            lines.read(i, read);
            assertEquals(text(tx), text(read));
            assertEquals(i, lines.event(i));
            assertEquals(-i, lines.intendedNs(i));
        }
        assertEquals(EVENTS - 64, lines.event(EVENTS), "the last 64 are there, each in a line of its own");
        assertThrows(IllegalStateException.class, () -> new Lines(1).read(0, read), "no header");
    }
}
