package io.millrace.operators.rate;

import io.millrace.dsl.TopologyBuilder;
import io.millrace.event.Output;
import io.millrace.event.Reason;
import io.millrace.operators.rate.Twin.Item;
import io.millrace.testkit.oracle.Expected;
import io.millrace.testkit.oracle.History;
import io.millrace.testkit.oracle.Step;
import io.millrace.time.Progress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The dead letters of a case, as a stream of its topology too: with words below, of which nothing is fed back. */
final class LetterTwins {
    static final Output<Ping> LETTERS = Output.of("letters", Ping.class);

    private LetterTwins() {}

    /** What becomes of letters. */
    static final class Letters {
        private final Expected to;
        private final List<Letter> ofEntry = new ArrayList<>();

        Letters(Expected to) {
            this.to = to;
        }

        void letter(int step, String node, Reason reason) {
            to.letter(step, node, reason);
            ofEntry.add(new Letter(node, reason, step, 0));
        }

        void firedLetter(long dueNs, String node, Reason reason) {
            to.firedLetter(dueNs, node, reason);
            ofEntry.add(new Letter(node, reason, -1, dueNs));
        }
    }

    private record Letter(String node, Reason reason, int step, long dueNs) {
        Ping ping() {
            return LetterTwins.ping(node, reason, step < 0);
        }
    }

    private static Ping ping(String node, Reason reason, boolean fired) {
        return new Ping(node.length() % 3, Math.floorMod(node.hashCode(), 997) * 2 + (fired ? 1 : 0), reason.ordinal());
    }

    /** Says the stream, and the words below it. */
    static void say(TopologyBuilder t, List<Twin> below) {
        Fork.words(
                        t,
                        below,
                        t.deadLetters()
                                .map(Ping.class, d -> ping(d.node(), d.reason(), d.fired()))
                                .keyBy(Ping::key))
                .to(LETTERS);
    }

    /** The words of a case, and those below its letters; null where nothing reads them. */
    static final class Below {
        private final List<String> nodes;
        private final List<Twin> below;
        private final Letters letters;
        private final Expected out;

        Below(List<Twin> words, List<Twin> below, Expected out) {
            nodes = words.stream().flatMap(w -> w.names().stream()).toList();
            letters = new Letters(out);
            words.forEach(w -> w.tellTo(letters));
            this.below = below == null
                    ? null
                    : below.stream()
                            .map(Twin::again)
                            .peek(w -> w.tellTo(new Letters(out)))
                            .toList();
            this.out = out;
        }

        /** The step for time, of all that nothing timed reaches by that of all inputs. */
        void time(long progressNs) {
            if (below != null) {
                emit(Fork.time(below, List.of(), progressNs));
            }
        }

        /** The step behind all others of an entry: by node, and of a node as they came. */
        void flow(History in, int i) {
            List<Letter> all = new ArrayList<>(letters.ofEntry);
            letters.ofEntry.clear();
            if (below == null) {
                return;
            }
            all.sort(Comparator.comparingInt(l -> nodes.indexOf(l.node())));
            List<Item> items = new ArrayList<>();
            all.forEach(l -> items.add(new Item(l.ping(), seenNs(in, i), l.step(), l.dueNs()).aside(l.reason())));
            List<Item> on = items;
            for (Twin t : below) {
                on = t.through(on);
            }
            emit(on);
        }

        private void emit(List<Item> items) {
            items.forEach(i -> out.emit(LETTERS, i.timeNs(), i.form(), i.reason(), i.ping()));
        }
    }

    /** As late as anything seen. */
    private static long seenNs(History in, int to) {
        long seenNs = Progress.NONE;
        for (int i = 0; i <= to; i++) {
            boolean isTimed = in.step(i).kind() == Step.Kind.ADVANCE
                    || in.step(i).isEvent() && in.step(i).port() < 2;
            seenNs = isTimed ? Math.max(seenNs, in.timeNs(i)) : seenNs;
        }
        return seenNs == Progress.NONE ? 0 : seenNs;
    }
}
