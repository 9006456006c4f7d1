package io.millrace.engine;

import io.millrace.event.Entry;
import io.millrace.event.EntryKind;
import io.millrace.event.Header;
import io.millrace.event.InPlaceType;
import io.millrace.runtime.EntryEncoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * One round of a warm-up, through one host: the given events fast, then one at a time; then what an engine meets besides, made
 * of entries of the same events with other times in front (functions of the topology see the time in the event, operators that
 * in front). Which of them an operator finds late, partly late or too far ahead, nobody knows here: so all distances come.
 */
final class RehearsalRound {
    /** Events whose entries are kept, to come once more: one of so many, and at most as many. */
    private static final int KEPT_OF = 16;

    private static final int KEPT_MAX = 64;

    private static final int BATCH = 64;

    /** More than what a historic input takes for a jump that is real. */
    private static final int AGREEING = 20;

    private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long DAY = TimeUnit.DAYS.toNanos(1);
    private static final long[] SHIFTS = {1, MS, 10 * MS, 100 * MS, 1_000 * MS, 10_000 * MS, 60_000 * MS, DAY / 24, DAY
    };
    private static final long FAR = 4_000 * DAY;

    private final Rehearsed host;
    private final Histogram latencyNs;
    private final long steps;
    private final int keeps;
    private final List<Lane<?, ?>> lanes = new ArrayList<>();
    private final byte[] plain = new byte[Entry.FIXED_LENGTH];
    private long events;

    /** A null histogram is for events that are all published as fast as they can be. */
    RehearsalRound(WarmUp how, Rehearsed host, Histogram latencyNs) {
        this.host = host;
        this.latencyNs = latencyNs;
        steps = how.feeds().stream() // halves and quarters of what there is
                .mapToLong(f -> Math.min(f.size(), how.limits().perRound()))
                .max()
                .orElse(0);
        keeps = (int) Math.min(KEPT_MAX, Math.max(1, steps / KEPT_OF));
        how.feeds().forEach(f -> lanes.add(lane(f)));
    }

    private <V> Lane<V, ?> lane(WarmUp.Feed<V> feed) {
        return lane(feed, feed.filling());
    }

    private <V, W> Lane<V, W> lane(WarmUp.Feed<V> feed, WarmUp.Filling<V, W> filling) {
        return new Lane<>(feed, filling);
    }

    /** Answers how many events were taken, without those that come once more. */
    long run() {
        for (long i = 0; i < steps / 4; i += BATCH) {
            for (Lane<?, ?> lane : lanes) {
                lane.batch(i, Math.min(steps / 4, i + BATCH));
            }
        }
        for (long i = steps / 4; i < steps; i++) {
            if (latencyNs != null && i == steps / 2) {
                host.drain(); // what waits in front of an event alone is no part of it, and where the input drops
                // it would find no room
            }
            for (Lane<?, ?> lane : lanes) {
                lane.step(i, latencyNs != null && i >= steps / 2);
            }
        }
        host.rest();
        lanes.get(0).wake();
        again();
        passTime();
        for (Lane<?, ?> lane : lanes) {
            lane.publisher.end();
        }
        host.passTime(HostClock.epochNs());
        return events;
    }

    private void again() {
        long nowNs = HostClock.epochNs();
        host.passTime(nowNs); // before the first tick nothing is ahead
        for (Lane<?, ?> lane : lanes) {
            for (byte[] entry : lane.kept()) {
                long timeNs = Entry.timeNs(entry, 0);
                for (long shift : SHIFTS) {
                    publish(entry, timeNs - shift);
                }
                publish(entry, timeNs);
                for (long shift : SHIFTS) {
                    publish(entry, timeNs + shift / SHIFTS.length); // a little on
                }
                publish(entry, Math.max(timeNs, nowNs) + FAR); // set aside or refused, and given up at the next
            }
        }
    }

    private void passTime() {
        long nowNs = HostClock.epochNs();
        for (long shift : SHIFTS) {
            for (Lane<?, ?> lane : lanes) {
                for (byte[] entry : lane.kept()) {
                    publish(entry, lane.lastNs + shift);
                }
            }
            host.passTime(nowNs + shift);
        }
        for (Lane<?, ?> lane : lanes) {
            for (int i = 0; i < AGREEING && !lane.kept().isEmpty(); i++) {
                publish(lane.kept().get(0), Math.max(lane.lastNs, nowNs) + FAR + i);
            }
        }
        EntryEncoder.plain(plain, 0, EntryKind.CONTINUE, 0, 0);
        host.publish(plain, plain.length);
    }

    private void publish(byte[] entry, long timeNs) {
        long ownNs = Entry.timeNs(entry, 0);
        Entry.timeNs(entry, 0, timeNs);
        host.publish(entry, entry.length);
        Entry.timeNs(entry, 0, ownNs);
    }

    /** The events of one input. */
    private final class Lane<V, W> {
        private final WarmUp.Feed<V> feed;
        private final WarmUp.Filling<V, W> filling;
        private final Publisher<V> publisher;
        private final Claims<W> claims;
        private final EntryEncoder<V> encoder;
        private final Header header = WarmUp.header();
        private final byte[][] ring = new byte[keeps][];
        private final List<V> batch = new ArrayList<>();
        private final long fromNs = HostClock.epochNs();
        private long lastNs = Long.MIN_VALUE;

        Lane(WarmUp.Feed<V> feed, WarmUp.Filling<V, W> filling) {
            this.feed = feed;
            this.filling = filling;
            publisher = host.publisher(feed.input());
            claims = filling == null ? null : host.claims(filling.input());
            encoder = new EntryEncoder<>(feed.input(), host.topology().inputs().indexOf(feed.input()));
        }

        void batch(long from, long to) {
            if (filling != null) {
                for (long i = from; i < to; i++) {
                    step(i, false);
                }
                return;
            }
            batch.clear();
            for (long i = from; i < to && i < feed.size(); i++) {
                batch.add(feed.event().apply(i));
            }
            events += publisher.publishBatch(batch, timed(from));
        }

        void step(long i, boolean alone) {
            if (i >= feed.size()) {
                return;
            }
            V event = filling == null ? feed.event().apply(i) : null;
            long fromNs = HostClock.nanoTime();
            long q = publish(i, event, fromNs, !alone && (i & 1) == 0);
            if (alone && q >= 0) {
                host.await(q);
                latencyNs.recordValue(Math.min(latencyNs.getHighestTrackableValue(), HostClock.nanoTime() - fromNs));
            }
            events += q == Publisher.DROPPED ? 0 : 1;
            if (i >= Math.min(steps, feed.size()) - keeps) {
                keep(i, event);
            }
        }

        /** Once more the first event, of which only the waking matters. */
        void wake() {
            publish(0, filling == null ? feed.event().apply(0) : null, HostClock.nanoTime(), false);
        }

        /** Null where an event has its time in itself. */
        private Header timed(long i) {
            return feed.input().isTimeInHeader() ? header.clear().timeNs(fromNs + i * MS) : null;
        }

        /** With and without a header, alone and with more to follow, as publishers do. */
        private long publish(long i, V event, long nowNs, boolean more) {
            Header with = timed(i);
            if ((i & 3) == 0) {
                with = (with == null ? header.clear() : with).marked().intendedNs(nowNs);
            }
            if (filling != null) {
                filling.filler().fill(i, claims.claim());
                return more ? claims.commitMore(with) : claims.commit(with);
            }
            if ((i & 3) == 1 && with == null && host.decide(feed.input(), event, i)) {
                return 0;
            }
            return publisher.publish(event, with);
        }

        private void keep(long i, V event) {
            int length;
            int at = 0;
            if (filling == null) {
                length = encoder.encode(event, timed(i));
            } else {
                InPlaceType<V, W> type = filling.input().inPlaceType();
                filling.filler().fill(i, encoder.claim(type));
                length = encoder.commit(timed(i));
                at = encoder.offset(timed(i));
            }
            byte[] entry = Arrays.copyOfRange(encoder.bytes(), at, at + length);
            lastNs = Math.max(lastNs, Entry.timeNs(entry, 0));
            ring[(int) (i % keeps)] = entry;
        }

        List<byte[]> kept() {
            return Arrays.stream(ring).filter(e -> e != null).toList();
        }
    }
}
