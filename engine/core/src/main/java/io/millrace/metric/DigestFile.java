package io.millrace.metric;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A digest as lines: a head, then for each output one line and one line for each of its checkpoints. */
final class DigestFile {
    private static final String MAGIC = "millrace-digest 1";

    private final Object file;
    private final BufferedReader in;
    private int line;

    private DigestFile(Object file, BufferedReader in) {
        this.file = file;
        this.in = in;
    }

    static void write(Digest d, Path file) throws IOException {
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            write(d, out);
        }
    }

    static void write(Digest d, Writer out) throws IOException {
        out.write(MAGIC + "\n");
        out.write("topology " + d.topology() + " " + d.entries() + " "
                + d.outputs().size() + "\n");
        for (OutputDigest o : d.outputs()) {
            out.write(String.join(
                            " ",
                            "output",
                            o.output(),
                            String.valueOf(o.events()),
                            hex(o.hash()),
                            String.valueOf(o.unreadable()),
                            String.valueOf(o.every()),
                            String.valueOf(o.checkpoints().size()))
                    + "\n");
            for (OutputDigest.Checkpoint c : o.checkpoints()) {
                out.write(c.entry() + " " + c.events() + " " + hex(c.hash()) + "\n");
            }
        }
    }

    static Digest read(Path file) throws IOException {
        try (BufferedReader in = Files.newBufferedReader(file)) {
            return new DigestFile(file, in).read();
        }
    }

    static Digest read(Reader from, String name) throws IOException {
        return new DigestFile(name, new BufferedReader(from)).read();
    }

    private Digest read() throws IOException {
        if (!MAGIC.equals(next())) {
            throw wrong("its first line is not '" + MAGIC + "': it is not a digest, or it was "
                    + "written by another version");
        }
        String[] head = words("topology", 4);
        List<OutputDigest> outputs = new ArrayList<>();
        for (long left = number(head[3]); left > 0; left--) {
            String[] w = words("output", 7);
            long events = number(w[2]);
            long hash = hash(w[3]);
            long unreadable = number(w[4]);
            long every = number(w[5]);
            outputs.add(new OutputDigest(w[1], events, hash, unreadable, every, checkpoints(number(w[6]))));
        }
        if (in.readLine() != null) {
            line++;
            throw wrong("it is longer than its head says");
        }
        return new Digest(head[1], number(head[2]), List.copyOf(outputs), List.of());
    }

    private List<OutputDigest.Checkpoint> checkpoints(long count) throws IOException {
        List<OutputDigest.Checkpoint> result = new ArrayList<>();
        for (long left = count; left > 0; left--) {
            String[] w = words(null, 3);
            result.add(new OutputDigest.Checkpoint(number(w[0]), number(w[1]), hash(w[2])));
        }
        return List.copyOf(result);
    }

    private String next() throws IOException {
        line++;
        String text = in.readLine();
        if (text == null) {
            throw wrong("it ends too early; it was not written completely");
        }
        return text;
    }

    private String[] words(String first, int count) throws IOException {
        String[] words = next().split(" ", -1);
        if (words.length != count || first != null && !words[0].equals(first)) {
            throw wrong("expected " + count + " words" + (first == null ? "" : ", the first of them '" + first + "'"));
        }
        return words;
    }

    private long number(String word) throws IOException {
        try {
            return Long.parseLong(word);
        } catch (NumberFormatException e) {
            throw wrong("'" + word + "' is not a number");
        }
    }

    private long hash(String word) throws IOException {
        try {
            return Long.parseUnsignedLong(word, 16);
        } catch (NumberFormatException e) {
            throw wrong("'" + word + "' is not a hash");
        }
    }

    private IOException wrong(String what) {
        return new IOException("digest " + file + ", line " + line + ": " + what);
    }

    private static String hex(long hash) {
        return String.format(Locale.ROOT, "%016x", hash);
    }
}
