package io.millrace.examples.fraud;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/** Text of payments for tests, and files of it. */
final class Payments {
    static final String HEADER = "TRANSACTION_ID,TX_DATETIME,CUSTOMER_ID,TERMINAL_ID,TX_AMOUNT,TX_FRAUD";
    static final long START = LocalDateTime.of(2024, 3, 1, 12, 0).toEpochSecond(ZoneOffset.UTC);

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");

    private Payments() {}

    /** A payment of one of 7 cards at one of 3 terminals. */
    static String row(long id, long timeSeconds) {
        String time =
                LocalDateTime.ofEpochSecond(timeSeconds, 0, ZoneOffset.UTC).format(TIME);
        return id + "," + time + "," + id % 7 + "," + id % 3 + "," + (id % 100 + 1) + ".5," + (id % 11 == 0 ? 1 : 0);
    }

    /** Payments from 1 on, one a minute. */
    static String rows(int count) {
        StringBuilder text = new StringBuilder();
        for (int i = 1; i <= count; i++) {
            text.append(row(i, START + 60L * i)).append('\n');
        }
        return text.toString();
    }

    static String file(Path folder, String name, String text) {
        return file(folder, name, text.getBytes(StandardCharsets.UTF_8));
    }

    static String file(Path folder, String name, byte[] bytes) {
        try {
            return Files.write(folder.resolve(name), bytes).toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] gzip(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The first column of all rows but the header. */
    static List<String> ids(Path file) {
        return text(file)
                .lines()
                .skip(1)
                .map(l -> l.substring(0, l.indexOf(',')))
                .toList();
    }
}
