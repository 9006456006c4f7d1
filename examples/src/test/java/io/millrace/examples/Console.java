package io.millrace.examples;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What a command answered. {@link #run} calls it in this JVM, with the streams of the JVM put aside; standard output as an
 * output file ({@code -}) needs a JVM of its own, see {@link ChildJvm}.
 *
 * @param code the exit code
 * @param out  standard output
 * @param err  standard error
 */
public record Console(int code, String out, String err) {
    /**
     * Runs a command.
     *
     * @param args its name and options
     * @return what it answered
     */
    public static Console run(String... args) {
        return runWith(new byte[0], args);
    }

    /**
     * Runs a command that reads.
     *
     * @param standardInput what it reads
     * @param args          its name and options
     * @return what it answered
     */
    public static Console runWith(byte[] standardInput, String... args) {
        InputStream in = System.in;
        PrintStream out = System.out;
        PrintStream err = System.err;
        ByteArrayOutputStream outBytes = new ByteArrayOutputStream();
        ByteArrayOutputStream errBytes = new ByteArrayOutputStream();
        try {
            System.setIn(new ByteArrayInputStream(standardInput));
            System.setOut(new PrintStream(outBytes, true, StandardCharsets.UTF_8));
            System.setErr(new PrintStream(errBytes, true, StandardCharsets.UTF_8));
            int code = Main.run(List.of(args));
            System.out.flush();
            return new Console(
                    code, outBytes.toString(StandardCharsets.UTF_8), errBytes.toString(StandardCharsets.UTF_8));
        } finally {
            System.setIn(in);
            System.setOut(out);
            System.setErr(err);
        }
    }

    /**
     * Fails with what it wrote when it did not end well.
     *
     * @return the same
     */
    public Console requireFine() {
        if (code != 0) {
            throw new AssertionError("exit code " + code + "; error output: " + err + "; output: " + out);
        }
        return this;
    }

    /**
     * The value of a line of the table.
     *
     * @param label which
     * @return its value, or null when there is no such line
     */
    public String label(String label) {
        return (out + err)
                .lines()
                .filter(l -> l.startsWith(label + "  "))
                .map(l -> l.substring(label.length() + 2))
                .findFirst()
                .orElse(null);
    }
}
