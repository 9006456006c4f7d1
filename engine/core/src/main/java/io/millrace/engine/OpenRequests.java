package io.millrace.engine;

import io.millrace.event.Entry;
import io.millrace.event.EventType;
import io.millrace.event.Header;
import io.millrace.event.LookupPort;
import io.millrace.operator.Flow;
import io.millrace.operator.Held;
import io.millrace.state.StateReader;
import io.millrace.state.StateWriter;
import io.millrace.transport.AskedBy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The requests of one port that a journal has the entries of, and no reply to: they came out, or could have, and nobody knows whether
 * the answer was on its way. Made up while a journal is read again. One thread.
 *
 * <p>Those that a sink had to drop are never answered, so it is bounded: the oldest go.
 */
final class OpenRequests<Q> {
    /** Beyond those that are asked at a time: what may wait to be let out, to be asked, or with its reply to be durable. */
    static final int WAITING = 1 << 14;

    private static final String SECTION = "lookup ";
    private static final int VERSION = 2;

    /** Of requests it had place and number alone of what is beside them. */
    private static final int FORMER_VERSION = 1;

    private final LookupPort<Q, ?> port;
    private final int source;
    private final int most;
    private final byte[] bytes;
    private final Map<Id, Request> open = new LinkedHashMap<>();

    /** What a reply names. */
    private record Id(long sequence, int ordinal) {}

    /** A request as it came out. */
    record Request(AskedBy by, boolean marked, byte[] bytes) {}

    /** Knows replies by the index of their input. */
    OpenRequests(LookupPort<Q, ?> port, int source, int most) {
        this.port = port;
        this.source = source;
        this.most = most;
        bytes = new byte[port.requests().type().maxLength()];
    }

    LookupPort<Q, ?> port() {
        return port;
    }

    /** The same for another core, from the beginning. */
    OpenRequests<Q> fresh() {
        return new OpenRequests<>(port, source, most);
    }

    void clear() {
        open.clear();
    }

    int count() {
        return open.size();
    }

    /** Takes all, oldest first: they are asked now. */
    List<Request> take() {
        List<Request> all = new ArrayList<>(open.values());
        open.clear();
        return all;
    }

    Q request(Request of) {
        EventType<Q> type = port.requests().type();
        return type.newView().wrap(of.bytes(), 0, of.bytes().length);
    }

    // ---- while the journal is read

    /** One comes out. */
    void ask(Flow flow) {
        int length = Held.copyValue(flow, port.requests().type(), bytes, 0);
        keep(new Request(AskedBy.of(flow), flow.marked(), Arrays.copyOf(bytes, length)));
    }

    private void keep(Request request) {
        open.put(new Id(request.by().sequence(), request.by().ordinal()), request);
        if (open.size() > most) {
            Iterator<Id> oldest = open.keySet().iterator();
            oldest.next();
            oldest.remove();
        }
    }

    /** Looks whether an event is a reply to one. */
    void see(byte[] entry, int offset) {
        if (Entry.source(entry, offset) == source) {
            open.remove(new Id(Entry.causeSequence(entry, offset), Entry.causeOrdinal(entry, offset)));
        }
    }

    // ---- in a snapshot

    void save(StateWriter to) {
        to.begin(SECTION + port.name(), VERSION);
        to.putInt(open.size());
        for (Request r : open.values()) {
            AskedBy by = r.by();
            to.putLong(by.sequence());
            to.putInt(by.ordinal());
            to.putLong(by.timeNs());
            to.putLong(by.correlationId());
            to.putLong(by.traceHigh());
            to.putLong(by.traceLow());
            to.putLong(by.spanId());
            to.putInt(by.traceFlags());
            to.putBoolean(by.redriven());
            to.putBoolean(r.marked());
            to.putBytes(r.bytes(), 0, r.bytes().length);
        }
        to.end();
    }

    /** Reads what stands there of all ports; those that nobody asks for any more are left to their deadlines. */
    static void load(StateReader from, List<OpenRequests<?>> all) {
        for (String next = from.next(); next != null && next.startsWith(SECTION); next = from.next()) {
            String name = next.substring(SECTION.length());
            boolean isFormer = from.nextVersion() == FORMER_VERSION;
            from.begin(next, isFormer ? FORMER_VERSION : VERSION);
            OpenRequests<?> own = all.stream()
                    .filter(o -> o.port.name().equals(name))
                    .findAny()
                    .orElse(null);
            if (own == null) {
                from.skip();
            } else {
                own.load(from, isFormer);
                from.end();
            }
        }
    }

    private void load(StateReader from, boolean isFormer) {
        for (int left = from.getInt("the number of open requests", Integer.MAX_VALUE); left > 0; left--) {
            AskedBy by = isFormer ? formerBy(from) : by(from);
            boolean marked = from.getBoolean();
            int length = from.getBytes(bytes);
            keep(new Request(by, marked, Arrays.copyOf(bytes, length)));
        }
    }

    private static AskedBy by(StateReader from) {
        return new AskedBy(
                from.getLong(),
                from.getInt(),
                from.getLong(),
                from.getLong(),
                from.getLong(),
                from.getLong(),
                from.getLong(),
                (byte) from.getInt(),
                from.getBoolean());
    }

    private static AskedBy formerBy(StateReader from) {
        return new AskedBy(from.getLong(), from.getInt(), Header.NO_TIME, 0, 0, 0, 0, (byte) 0, false);
    }
}
