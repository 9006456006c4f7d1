package io.millrace.examples.journal;

import io.millrace.cli.Nearest;
import io.millrace.event.Entry;
import io.millrace.event.EntryKind;
import io.millrace.event.EventType;
import io.millrace.event.EventView;
import io.millrace.event.Input;
import io.millrace.event.Sensitive;
import io.millrace.event.SensitiveHash;
import io.millrace.topology.Topology;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What became known of the events of a journal, by entry: a component of the record of an input, which has few values. Takes a byte for
 * each entry that is seen, wherever in the journal that begins.
 */
final class Labels {
    /** More values than a label has. */
    private static final int VALUES_MOST = 20;

    private static final byte NONE = -1;

    /** Entries that get their place together. */
    private static final int CHUNK = 1 << 16;

    private final String name;
    private final EventView<?>[] views;
    private final RecordComponent[] components;
    private final List<String> values = new ArrayList<>();

    /** From the first entry that was seen on; null where no entry has a label. */
    private final List<byte[]> chunks = new ArrayList<>();

    private long first = -1;

    private Labels(String name, Topology topology) {
        this.name = name;
        views = new EventView<?>[topology.inputs().size()];
        components = new RecordComponent[views.length];
        for (int i = 0; i < views.length; i++) {
            components[i] = component(topology.inputs().get(i).type(), name);
            views[i] = components[i] == null
                    ? null
                    : topology.inputs().get(i).type().newView();
        }
    }

    /**
     * Finds the component.
     *
     * @param name null for no labels
     * @return null for no labels
     */
    static Labels of(String name, Topology topology) throws IOException {
        if (name == null) {
            return null;
        }
        Labels labels = new Labels(name, topology);
        if (Arrays.stream(labels.components).allMatch(c -> c == null)) {
            List<String> names = new ArrayList<>();
            for (Input<?> i : topology.inputs()) {
                if (i.type().recordClass() != null) {
                    Arrays.stream(i.type().recordClass().getRecordComponents()).forEach(c -> names.add(c.getName()));
                }
            }
            throw new IOException("--label " + name + ": no input of " + topology.name() + " has a record with it"
                    + Nearest.near(name, names)
                            .map(n -> "; the nearest is " + n)
                            .orElse("") + "; there is "
                    + String.join(", ", names));
        }
        return labels;
    }

    private static RecordComponent component(EventType<?> type, String name) {
        if (type.recordClass() != null) {
            for (RecordComponent c : type.recordClass().getRecordComponents()) {
                if (c.getName().equals(name)) {
                    c.getAccessor().setAccessible(true);
                    return c;
                }
            }
        }
        return null;
    }

    /** Reads the label of an entry, if it has one. */
    boolean see(long sequence, byte[] bytes, int offset, int length) {
        first = first < 0 ? sequence : first;
        int source = Entry.kind(bytes, offset) == EntryKind.EVENT ? Entry.source(bytes, offset) : -1;
        if (source >= 0 && views[source] != null) {
            chunk(sequence)[place(sequence)] = value(source, bytes, offset);
        }
        return true;
    }

    private byte[] chunk(long sequence) {
        int chunk = Math.toIntExact((sequence - first) / CHUNK);
        while (chunks.size() <= chunk) {
            chunks.add(null);
        }
        if (chunks.get(chunk) == null) {
            byte[] fresh = new byte[CHUNK];
            Arrays.fill(fresh, NONE);
            chunks.set(chunk, fresh);
        }
        return chunks.get(chunk);
    }

    private int place(long sequence) {
        return (int) ((sequence - first) % CHUNK);
    }

    private byte value(int source, byte[] bytes, int offset) {
        Object event = views[source].wrap(bytes, Entry.payload(bytes, offset), Entry.payloadLength(bytes, offset));
        String value;
        try {
            Object plain = components[source].getAccessor().invoke(event);
            value = plain != null && isHidden(components[source])
                    ? SensitiveHash.ofValue(plain)
                    : String.valueOf(plain);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("--label " + name + ": it cannot be read: " + e, e);
        }
        int found = values.indexOf(value);
        if (found < 0) {
            if (values.size() == VALUES_MOST) {
                throw new IllegalStateException("--label " + name + ": it has more than " + VALUES_MOST
                        + " values; name a component with few, such as what became known of an event");
            }
            found = values.size();
            values.add(value);
        }
        return (byte) found;
    }

    /** A record may hold something sensitive, however deep. */
    private static boolean isHidden(RecordComponent c) {
        return c.isAnnotationPresent(Sensitive.class) || c.getType().isRecord();
    }

    /** In words, of an output that comes from an event of that entry; -1 for one that comes from no single one. */
    String of(long event) {
        byte label = label(event);
        return label == NONE ? "without " + name : name + "=" + values.get(label);
    }

    private byte label(long event) {
        long chunk = (event - first) / CHUNK;
        boolean isSeen = first >= 0 && event >= first && chunk < chunks.size() && chunks.get((int) chunk) != null;
        return isSeen ? chunks.get((int) chunk)[place(event)] : NONE;
    }
}
