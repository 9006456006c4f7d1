package io.millrace.transport.file;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;

/**
 * How fast the file layer is on a file of payments: {@code CsvThroughput FILE [rounds]}. The file is held in memory, so
 * the disk is not measured; MB count the plain text; each figure is the median of the rounds, the first two left out.
 * CPU time says what the thread would do on a machine without other work.
 */
final class CsvThroughput {
    private static final String[] COLUMNS = {
        "TRANSACTION_ID", "TX_DATETIME", "CUSTOMER_ID", "TERMINAL_ID", "TX_AMOUNT", "TX_FRAUD"
    };
    private static final int WARM_UP = 2;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private CsvThroughput() {}

    private interface Pass {
        long run() throws FileFault, RowProblem;
    }

    public static void main(String[] args) throws Exception {
        int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 9;
        byte[] text;
        try (InputStream in = FileInput.open(args[0])) {
            text = in.readAllBytes();
        }
        byte[] packed = Gzip.member(text);
        System.out.printf("JDK %s, %,d bytes, %,d packed%n", Runtime.version(), text.length, packed.length);
        report("rows and fields", rounds, text.length, () -> rows(text));
        report("all values", rounds, text.length, () -> values(text));
        report("all values, from gzip", rounds, text.length, () -> values(packed));
        long written = write(text);
        report("read and write", rounds, written, () -> write(text));
    }

    private static void report(String what, int rounds, long bytes, Pass pass) throws FileFault, RowProblem {
        double[] wall = new double[rounds];
        double[] cpu = new double[rounds];
        for (int i = -WARM_UP; i < rounds; i++) {
            long startNs = System.nanoTime();
            long startCpuNs = THREADS.getCurrentThreadCpuTime();
            pass.run();
            if (i >= 0) {
                wall[i] = bytes * 1e3 / (System.nanoTime() - startNs);
                cpu[i] = bytes * 1e3 / (THREADS.getCurrentThreadCpuTime() - startCpuNs);
            }
        }
        Arrays.sort(wall);
        Arrays.sort(cpu);
        System.out.printf("%-24s %6.0f MB/s, %6.0f MB/s of CPU time%n", what, wall[rounds / 2], cpu[rounds / 2]);
    }

    private static CsvReader open(byte[] bytes) throws FileFault {
        return CsvReader.of("payments", new ByteArrayInputStream(bytes), COLUMNS);
    }

    private static long rows(byte[] bytes) throws FileFault {
        CsvReader reader = open(bytes);
        long rows = 0;
        while (reader.next()) {
            rows++;
        }
        return rows;
    }

    private static long values(byte[] bytes) throws FileFault, RowProblem {
        CsvReader reader = open(bytes);
        CsvRow row = reader.row();
        long sum = 0;
        while (reader.next()) {
            sum += row.asLong(0) + row.asEpochSecond(1) + row.asLong(2) + row.asLong(3);
            sum += (long) row.asDouble(4) + row.asLong(5, 0, 1);
        }
        return sum;
    }

    private static long write(byte[] bytes) throws FileFault, RowProblem {
        CsvReader reader = open(bytes);
        CsvRow row = reader.row();
        Counting sink = new Counting();
        try (CsvWriter out = CsvWriter.of("out.csv", sink, COLUMNS)) {
            while (reader.next()) {
                out.putLong(row.asLong(0)).putEpochSecond(row.asEpochSecond(1)).putLong(row.asLong(2));
                out.putLong(row.asLong(3))
                        .putDouble(row.asDouble(4))
                        .putDouble(row.asDouble(4) / 3)
                        .endRow();
            }
        }
        return sink.count;
    }

    private static final class Counting extends OutputStream {
        private long count;

        @Override
        public void write(int b) {
            count++;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            count += length;
        }
    }
}
