package io.millrace.examples.durable;

import static io.millrace.examples.durable.DurableSpree.PAYMENTS;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.engine.Engine;
import io.millrace.examples.durable.DurableSpree.Payment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Of the file of a receiver a loss of power may leave anything behind what was forced with a snapshot. */
class PowerLossSpreeTest {
    private static final int SECTOR = 512;

    @TempDir
    Path folder;

    private Path file() {
        return folder.resolve("alerts.csv");
    }

    private static void pay(Engine engine, long from, long to) {
        for (long i = from; i < to; i++) {
            engine.publisher(PAYMENTS).publish(new Payment(i, 7, 40_000 + i * i, i * 1_000));
        }
        engine.drain(Duration.ofSeconds(50));
    }

    /** A page is missing, which holds line ends: by their number alone rows would be lost and others doubled. */
    @Test
    void shouldHaveEachRowOnceBehindALossOfPower() throws Exception {
        long forced;
        try (Engine engine = DurableSpree.start(folder)) {
            pay(engine, 0, 50);
            engine.makeSnapshot();
            forced = Files.size(file());
            pay(engine, 50, 250);
        }
        byte[] whole = Files.readAllBytes(file());
        byte[] hurt = whole.clone();
        int from = (int) (forced + SECTOR) / SECTOR * SECTOR;
        Arrays.fill(hurt, from, from + SECTOR, (byte) 0);
        Files.write(file(), hurt);
        try (Engine engine = DurableSpree.start(folder)) {
            assertEquals(250, engine.recovered().events(PAYMENTS));
            pay(engine, 250, 251);
        }
        byte[] now = Files.readAllBytes(file());
        assertArrayEquals(whole, Arrays.copyOf(now, whole.length));
        assertEquals(1, lines(now) - lines(whole), "rows of what came behind it");
    }

    private static long lines(byte[] bytes) {
        long lines = 0;
        for (byte b : bytes) {
            lines += b == '\n' ? 1 : 0;
        }
        return lines;
    }
}
