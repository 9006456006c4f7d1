package io.millrace.bench.command;

import io.millrace.cli.StandardOutput;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;

/** Remembers what is printed on standard output, until it is closed. */
final class Printed implements AutoCloseable {
    private final PrintStream screen = System.out;
    private final Charset charset = StandardOutput.charset();
    private final ByteArrayOutputStream copy = new ByteArrayOutputStream();

    /** Begins. */
    Printed() {
        System.setOut(new PrintStream(new Both(), true, charset));
    }

    private final class Both extends OutputStream {
        @Override
        public void write(int b) {
            copy.write(b);
            screen.write(b);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            copy.write(bytes, offset, length);
            screen.write(bytes, offset, length);
        }

        @Override
        public void flush() {
            screen.flush();
        }
    }

    /** For a page: the command, and what it has printed. */
    String page(String command) {
        String text = copy.toString(charset).strip().replaceAll("(?m) +$", "");
        return "```console no-run\n$ " + command + '\n' + text + "\n```\n";
    }

    @Override
    public void close() {
        System.setOut(screen);
    }
}
