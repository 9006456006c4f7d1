package io.millrace.examples.journal;

import io.millrace.event.EntryForm;
import io.millrace.event.Output;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Outputs in a temporary file, written in the order of entries and read back sorted by id. Goes with its closing. */
final class PutOutFile implements Closeable {
    private static final long END = -1;
    private static final EntryForm[] FORMS = EntryForm.values();

    private final List<Output<?>> outputs;
    private final Path path;
    private final DataOutputStream out;
    private DataInputStream in;

    /** Of the entry that is being read, sorted. */
    private final List<PutOut> ofEntry = new ArrayList<>();

    private int at;
    private PutOut ahead;

    PutOutFile(List<Output<?>> outputs) throws IOException {
        this.outputs = outputs;
        path = Files.createTempFile("millrace-what-if", ".outputs");
        out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(path)));
    }

    void write(PutOut o) throws IOException {
        out.writeLong(o.sequence());
        out.writeInt(index(o.sink()));
        out.writeInt(o.ordinal());
        out.writeLong(o.event());
        out.writeByte(o.form().ordinal());
        out.writeInt(o.bytes().length);
        out.write(o.bytes());
    }

    private int index(String sink) {
        int i = 0;
        while (!outputs.get(i).name().equals(sink)) {
            i++;
        }
        return i;
    }

    /** All has been written. */
    void rewind() throws IOException {
        out.writeLong(END);
        out.close();
        in = new DataInputStream(new BufferedInputStream(Files.newInputStream(path)));
        ahead = read();
    }

    /** The next one; null at the end. */
    PutOut peek() throws IOException {
        if (at == ofEntry.size() && ahead != null) {
            ofEntry.clear();
            at = 0;
            long sequence = ahead.sequence();
            while (ahead != null && ahead.sequence() == sequence) {
                ofEntry.add(ahead);
                ahead = read();
            }
            Collections.sort(ofEntry);
        }
        return at < ofEntry.size() ? ofEntry.get(at) : null;
    }

    PutOut next() throws IOException {
        PutOut next = peek();
        at++;
        return next;
    }

    private PutOut read() throws IOException {
        long sequence = in.readLong();
        if (sequence == END) {
            return null;
        }
        Output<?> output = outputs.get(in.readInt());
        int ordinal = in.readInt();
        long event = in.readLong();
        EntryForm form = FORMS[in.readByte()];
        byte[] bytes = new byte[in.readInt()];
        in.readFully(bytes);
        return new PutOut(sequence, output.name(), ordinal, event, form, output.type(), bytes);
    }

    @Override
    public void close() throws IOException {
        try (out) {
            Files.deleteIfExists(path); // first: on a full disk what follows fails
        }
        if (in != null) {
            in.close();
        }
    }
}
