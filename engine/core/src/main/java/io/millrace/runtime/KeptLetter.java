package io.millrace.runtime;

import io.millrace.event.DeadLetter;
import io.millrace.event.Entry;
import io.millrace.event.EntryKind;
import io.millrace.event.Input;
import io.millrace.event.Reason;
import io.millrace.event.ThrownText;
import io.millrace.operator.Firing;
import io.millrace.operator.Flow;
import io.millrace.topology.KeyInfo;
import io.millrace.topology.Topology;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;

/**
 * A dead letter with copies of the entry, or of the firing, that caused it. Filled again and again; makes text when it is asked
 * and not before. One thread at a time.
 */
public class KeptLetter implements DeadLetter {
    private final Topology topology;
    private final Firing firing = new Firing(0);
    private byte[] bytes;
    private int length;
    private long sequence;
    private int node;
    private Reason reason;
    private String detail;
    private Throwable thrown;
    private boolean fired;
    private boolean ofResult;
    private boolean cut;

    /** The result that cannot be told; made on first use. */
    private Firing result;

    private long cameInAt;

    /**
     * An empty one.
     *
     * @param topology    what it is a letter of
     * @param entryLength the room to begin with; it grows for a larger entry
     */
    public KeptLetter(Topology topology, int entryLength) {
        this.topology = topology;
        this.bytes = new byte[entryLength];
    }

    /**
     * Takes over a letter.
     *
     * @param q      the causing entry
     * @param at     the id of the node
     * @param why    the kind
     * @param words  in words, or null
     * @param cause  what was thrown, or null
     * @param entry  the causing entry's bytes, or null
     * @param offset where they begin
     */
    public final void fill(long q, int at, Reason why, String words, Throwable cause, byte[] entry, int offset) {
        sequence = q;
        node = at;
        reason = why;
        detail = words;
        thrown = cause;
        fired = false;
        ofResult = false;
        cut = false;
        cameInAt = q;
        length = entry == null ? 0 : Entry.length(entry, offset);
        if (length > bytes.length) {
            bytes = new byte[length];
        }
        if (entry != null) {
            System.arraycopy(entry, offset, bytes, 0, length);
        }
    }

    /**
     * Says what fired, after {@link #fill}.
     *
     * @param of copied
     */
    public final void firing(Firing of) {
        fired = true;
        firing.copyFrom(of);
    }

    /**
     * Says that it is the letter of a result that cannot be told, after {@link #fill} and {@link #firing}. What it is of is kept: there is
     * no event then, whatever the entry.
     *
     * @param flow  the entry in hand, with the key of the result
     * @param dueNs the end of the result
     */
    public final void result(Flow flow, long dueNs) {
        result().result(node, dueNs, flow);
    }

    /**
     * Says so of one that was kept.
     *
     * @param of copied
     */
    public final void result(Firing of) {
        result().copyFrom(of);
    }

    private Firing result() {
        ofResult = true;
        if (result == null) {
            result = new Firing(node);
        }
        return result;
    }

    /** Where the event came in, where that is not where it was evaluated; after {@link #fill}. */
    final void cameInAt(long place) {
        cameInAt = place;
    }

    final long cameInAt() {
        return cameInAt;
    }

    /** What user code has kept past its call fails, and does not show another letter. */
    final void cut() {
        cut = true;
    }

    private void requireValid() {
        if (cut) {
            throw new IllegalStateException(
                    "a dead letter of a stream is valid only during the call; copy what you need "
                            + "from it during the call");
        }
    }

    /**
     * Takes over another.
     *
     * @param other copied
     */
    public final void copyFrom(KeptLetter other) {
        fill(other.sequence, other.node, other.reason, other.detail, other.thrown, other.entry(), 0);
        if (other.fired) {
            firing(other.firing);
        }
        if (other.ofResult) {
            result(other.result);
        }
        cameInAt = other.cameInAt;
    }

    /**
     * The causing entry.
     *
     * @return its bytes from index 0; null when there is none
     */
    public final byte[] entry() {
        return length == 0 ? null : bytes;
    }

    /**
     * The length of the causing entry.
     *
     * @return bytes; 0 when there is none
     */
    public final int entryLength() {
        return length;
    }

    /**
     * Whether an event caused it, which can be published once more.
     *
     * @return false for a firing, and for a result of what is kept
     */
    public final boolean hasEvent() {
        return length > 0 && !ofResult && Entry.kind(bytes, 0) == EntryKind.EVENT;
    }

    /**
     * Whether another letter is of the same event: it failed at two nodes, or twice at one.
     *
     * @param other any
     * @return false for those of firings
     */
    public final boolean isOfSameEvent(KeptLetter other) {
        return sequence == other.sequence
                && hasEvent()
                && other.hasEvent()
                && Entry.isSameEvent(bytes, 0, other.bytes, 0);
    }

    /**
     * Refuses a letter whose event would count twice.
     *
     * @throws IllegalStateException names what has counted it, and the cure
     */
    public final void requireUncounted() {
        List<String> by = countedBy();
        if (!by.isEmpty()) {
            throw new IllegalStateException(
                    "entry " + sequence + ", which failed at " + node() + ", also reached " + String.join(", ", by)
                            + " and would be counted there twice, so nothing was redriven; fix what failed and replay the journal, or call redrive(..) if counting it twice does no harm");
        }
    }

    /**
     * What fired.
     *
     * @return null when an entry caused it
     */
    public final Firing firing() {
        return fired ? firing : null;
    }

    /**
     * Where it happened.
     *
     * @return the id of the node
     */
    public final int nodeId() {
        return node;
    }

    @Override
    public long sequence() {
        requireValid();
        return sequence;
    }

    @Override
    public String node() {
        requireValid();
        return topology.nodes().get(node).name();
    }

    @Override
    public Reason reason() {
        requireValid();
        return reason;
    }

    @Override
    public String cause() {
        requireValid();
        String words = words();
        return words == null ? reason.text() : words;
    }

    /** When an event is ahead its time is said, which whoever left the letter would have had to make a text of. */
    private String words() {
        boolean sensitive = topology.isSensitive(node);
        String words = words(detail, thrown, sensitive);
        return words == null || sensitive || reason != Reason.AHEAD || !hasEvent()
                ? words
                : "at " + Instant.ofEpochSecond(0, Entry.timeNs(bytes, 0)) + ", " + words;
    }

    /**
     * What is said of a cause.
     *
     * @param detail    in words, or null
     * @param thrown    what was thrown, or null
     * @param sensitive whether events there may have sensitive fields
     * @return null when there is neither
     */
    public static String words(String detail, Throwable thrown, boolean sensitive) {
        if (thrown == null) {
            return detail;
        }
        String text = ThrownText.of(thrown, sensitive);
        return detail == null ? text : detail + ": " + text;
    }

    @Override
    public String site() {
        requireValid();
        return topology.nodes().get(node).site();
    }

    @Override
    public long correlationId() {
        requireValid();
        Firing of = noEvent();
        if (of != null) {
            return of.header() == null ? 0 : Entry.correlationId(of.header(), 0);
        }
        return length == 0 ? 0 : Entry.correlationId(bytes, 0);
    }

    @Override
    public boolean fired() {
        requireValid();
        return fired;
    }

    @Override
    public boolean ofResult() {
        requireValid();
        return ofResult;
    }

    /** What there is in place of an event; null where there is one. */
    private Firing noEvent() {
        return ofResult ? result : fired ? firing : null;
    }

    @Override
    public String key() {
        requireValid();
        Firing of = noEvent();
        KeyInfo key = of == null ? null : topology.nodes().get(of.node()).key();
        return key == null ? "" : key.text(of.key(), of.keyBytes(), of.keyLength());
    }

    @Override
    public long dueNs() {
        requireValid();
        Firing of = noEvent();
        return of == null ? 0 : of.dueNs();
    }

    @Override
    public List<String> countedBy() {
        requireValid();
        return hasEvent() ? topology.countedBefore(node, topology.inputs().get(Entry.source(bytes, 0))) : List.of();
    }

    @Override
    public String event() {
        requireValid();
        if (length == 0 || ofResult || !hasEvent() && Entry.kind(bytes, 0) != EntryKind.VOID) {
            return "";
        }
        Input<?> input = topology.inputs().get(Entry.source(bytes, 0));
        if (!hasEvent()) {
            return inPlaceOfEvent(input);
        }
        return input.type().text(bytes, Entry.payload(bytes, 0), Entry.payloadLength(bytes, 0));
    }

    /** What came in place of an event of the input. */
    private String inPlaceOfEvent(Input<?> input) {
        int at = Entry.payload(bytes, 0);
        return input.type().hasSensitive()
                ? length - at + " bytes"
                : HexFormat.of().formatHex(bytes, at, length);
    }

    private String causeText() {
        Firing of = noEvent();
        if (of == null) {
            return event();
        }
        return (ofResult ? "result of " : "firing of ")
                + topology.nodes().get(of.node()).name() + " due at " + of.dueNs() + " ns"
                + (key().isEmpty() ? "" : " of key " + key());
    }

    @Override
    public String toString() {
        String where = site().isEmpty() ? node() : node() + " (" + site() + ")";
        String words = words();
        return "#" + sequence() + " " + where + ": " + reason.text() + ": " + (words == null ? "" : words + ": ")
                + causeText();
    }
}
