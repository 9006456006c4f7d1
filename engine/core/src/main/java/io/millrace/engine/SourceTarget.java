package io.millrace.engine;

import io.millrace.event.Entry;
import io.millrace.event.Header;
import io.millrace.event.Input;
import io.millrace.event.Reason;
import io.millrace.event.RefusedException;
import io.millrace.runtime.EntryEncoder;
import io.millrace.topology.TopologyNode;
import io.millrace.transport.EventSource;

/**
 * Takes what a bound source brings. An event that is refused has been counted by its publisher; here it becomes a dead letter,
 * because the source cannot do anything about it and those behind it are no worse for it. The thread that polls the source.
 */
final class SourceTarget<V> implements EventSource.Target<V> {
    /** It has no place in the order. */
    private static final long NO_SEQUENCE = -1;

    private final EncodedPublisher<V> publisher;
    private final EncodedPublisher.Refused refused = this::letter;
    private final DeadLetters deadLetters;
    private final int node;
    private final Input<V> input;

    /** What a journal has of the source, and what the source has brought of that; null when it has nothing. */
    private final InputMarks had;

    private final InputMarks again = new InputMarks();
    private final EntryEncoder<V> encoder;

    /** What was said last of bytes that were not all kept. */
    private String cutText;

    private String cutWhy;
    private int cutLength;

    /** For a source that begins anew, of which a journal has something already: that is taken no second time. */
    SourceTarget(EncodedPublisher<V> publisher, Host host, Input<V> input, InputMarks had) {
        this.publisher = publisher;
        this.input = input;
        this.had = had == null || had.taken() == 0 ? null : had;
        encoder =
                this.had == null ? null : new EntryEncoder<>(input, host.core().source(input));
        deadLetters = host.deadLetters();
        node = node(host, input);
    }

    private static int node(Host host, Input<?> input) {
        for (TopologyNode n : host.core().plan().topology().nodes()) {
            if (n.input() == input) {
                return n.id();
            }
        }
        throw new IllegalArgumentException("input " + input.name() + " is not one of " + host.name());
    }

    @Override
    public void take(V event, Header header) {
        try {
            if (had == null || again.taken() >= had.taken()) {
                publisher.publish(event, header);
            } else {
                skip(event, header);
            }
        } catch (RefusedException e) {
            deadLetters.letter(NO_SEQUENCE, node, e.reason(), e.getMessage(), null, null, 0);
        }
    }

    private void skip(V event, Header header) {
        encoder.encode(event, header);
        skipTaken();
    }

    private void skipTaken() {
        again.see(encoder.bytes(), 0);
        if (again.taken() == had.taken() && !again.isSame(had)) {
            throw new InputMarks.Differs(
                    "input " + input.name() + ": one of the first " + had.taken()
                            + " events from its source differs from the event in the journal; start with the same input, or with a new journal");
        }
    }

    /** The source has ended: it has brought at least what the journal has. */
    void requireResumed() {
        if (had != null && again.taken() < had.taken()) {
            throw new InputMarks.Differs("input " + input.name() + ": its source "
                    + "ended after " + again.taken() + " events, but the "
                    + "journal has " + had.taken()
                    + " events from it; start with the same input, or with a new journal");
        }
    }

    @Override
    public boolean offer(EventSource.Encoded event, Header header) {
        try {
            if (had == null || again.taken() >= had.taken()) {
                return publisher.offer(event, header, refused);
            }
            if (encoder.take(event, header) == EntryEncoder.NONE) {
                letter(event, encoder.noneReason(), encoder.noneWhy());
            } else {
                skipTaken();
            }
            return true;
        } catch (RefusedException e) {
            letter(event, e.reason(), e.getMessage());
            return true;
        }
    }

    @Override
    public void refuse(EventSource.Encoded bytes, Reason reason, String why) {
        publisher.countRefused();
        letter(bytes, reason, why);
    }

    @Override
    public boolean isSensitive() {
        return input.type().hasSensitive();
    }

    private void letter(EventSource.Encoded bytes, Reason reason, String why) {
        byte[] entry = publisher.keep(bytes);
        int kept = Entry.payloadLength(entry, 0);
        String text = kept == bytes.length() ? why : cut(why, bytes.length(), kept);
        deadLetters.letter(NO_SEQUENCE, node, reason, text, null, entry, 0);
    }

    /** Who sends one such frame sends many: their texts are made once as long as they are the same. */
    private String cut(String why, int length, int kept) {
        if (length != cutLength || !why.equals(cutWhy)) {
            cutWhy = why;
            cutLength = length;
            cutText = why + "; " + length + " bytes came, of which the first " + kept + " are kept";
        }
        return cutText;
    }
}
