package io.millrace.transport.aeron;

import io.millrace.event.EventType;
import java.nio.charset.StandardCharsets;
import org.agrona.DirectBuffer;
import org.agrona.collections.Long2ObjectHashMap;

/**
 * What senders of other layouts are told to be, in words. A few are kept and all others have the same words, so that one who tells another
 * layout with each message makes no garbage. The polling thread.
 */
final class OtherLayouts {
    private static final int KEPT = 16;

    private final EventType<?> type;
    private final String where;
    private final Long2ObjectHashMap<Words> kept = new Long2ObjectHashMap<>();
    private Words last;
    private Words rest;

    /** What is said of one layout. */
    private record Words(long contract, boolean isTold, String text, String trouble) {}

    OtherLayouts(EventType<?> type, String where) {
        this.type = type;
        this.where = where;
    }

    /** Its sender has said it. */
    String told(long contract, DirectBuffer from, int at, int length) {
        Words had = find(contract);
        if (had == null && kept.size() < KEPT || had != null && !had.isTold) {
            byte[] text = new byte[Math.min(length, LayoutWords.BYTES_MAX)];
            from.getBytes(at, text);
            keep(contract, true, new String(text, StandardCharsets.UTF_8));
        }
        return trouble(contract);
    }

    /** For the dead letter. */
    String text(long contract) {
        return words(contract).text;
    }

    String trouble(long contract) {
        return words(contract).trouble;
    }

    private Words words(long contract) {
        Words had = find(contract);
        if (had != null) {
            return had;
        }
        if (kept.size() < KEPT) {
            return keep(contract, false, "another layout");
        }
        if (rest == null) {
            rest = of(0, false, "yet another layout, behind " + KEPT + " others");
        }
        return rest;
    }

    private Words find(long contract) {
        if (last == null || last.contract != contract) {
            last = kept.get(contract);
        }
        return last;
    }

    private Words keep(long contract, boolean isTold, String theirs) {
        last = of(contract, isTold, theirs);
        kept.put(contract, last);
        return last;
    }

    private Words of(long contract, boolean isTold, String theirs) {
        String text = "the sender's events are not " + type.name() + " as it is here: it sends "
                + theirs.replaceAll("\\p{Cntrl}", "?") + ", this reads " + type.layout()
                + "; give both ends the same type";
        return new Words(contract, isTold, text, where + text);
    }
}
