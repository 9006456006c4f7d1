package io.millrace.operators.process;

import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.TopologyBuilder;
import io.millrace.event.EntryForm;
import io.millrace.operators.process.Script.Cmd;
import io.millrace.operators.process.Script.Said;
import io.millrace.operators.process.ScriptOracle.Failed;
import io.millrace.operators.process.ScriptOracle.Spoken;
import io.millrace.operators.rate.Ping;
import io.millrace.operators.rate.Twin;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/** Processes that do what their events say, as words of random topologies. */
public final class ProcessTwins {
    private ProcessTwins() {}

    /** One that keeps idle keys for some time. */
    public static Twin scripts(String name, Random random) {
        boolean calm = random.nextInt(3) > 0;
        long keepIdleNs = 1 + random.nextInt(calm ? 4 : random.nextBoolean() ? 12 : 40);
        return new Scripts(name, calm ? CALM : WORDS, keepIdleNs, random.nextInt(1_000));
    }

    /** With no timer to keep a key, each event says whether what the one before it left is still there. */
    private static final String[] CALM = {"n+2", "push list", "map.1", "keep kept", "late", "kept"};

    /** None of what an event says sets a timer from a firing: that would go on until the end of time. */
    private static final String[] WORDS = {
        "a+3",
        "b+7 a?",
        "c+12",
        "a+9 b+9 c+9",
        "a-",
        "n+1",
        "n+5 c:n+2,map.1",
        "b:kept,n+3",
        "a:say.x,forget",
        "a:boom",
        "keep",
        "kept let",
        "push list",
        "pop",
        "map.1 map.2",
        "map.3",
        "late a? b? c?",
        "boom",
        "flood",
        "forget",
    };

    private static final class Scripts extends Twin {
        private final String[] words;
        private final long keepIdleNs;
        private final long salt;
        private final ScriptOracle oracle;
        private int said;
        private int failed;

        Scripts(String name, String[] words, long keepIdleNs, long salt) {
            super(name);
            this.words = words;
            this.keepIdleNs = keepIdleNs;
            this.salt = salt;
            oracle = new ScriptOracle(keepIdleNs);
        }

        private String script(Ping p) {
            return words[Math.floorMod(p.value() * 7 + salt, words.length)] + " n+1";
        }

        private static Ping ping(Said said) {
            return new Ping(said.key(), Math.floorMod(said.what().hashCode(), 997), 0);
        }

        @Override
        public KeyedStream<Ping> word(TopologyBuilder t, KeyedStream<Ping> stream) {
            return stream.map(Cmd.class, p -> new Cmd(p.key(), p.timeNs(), script(p)))
                    .process(name, Duration.ofNanos(keepIdleNs), Script::ofUpdates)
                    .out(s -> s.says)
                    .map(Ping.class, Scripts::ping);
        }

        @Override
        public void take(Item item, List<Item> out) {
            Ping p = item.ping();
            oracle.take(p.key(), item.timeNs(), Script.ofUpdate(item.form()) + script(p), p.timeNs());
            tell(item, out);
        }

        @Override
        public void fire(List<Item> out) {
            oracle.progress(progressNs);
            oracle.fire();
            tell(null, out);
        }

        private void tell(Item inHand, List<Item> out) {
            for (; said < oracle.all.size(); said++) {
                Spoken s = oracle.all.get(said);
                long ns = s.said().nowNs();
                Item item = new Item(ping(s.said()), ns, -1, ns);
                out.add(s.isEvent() ? inHand.makes(EntryForm.INSERT, item.ping()) : item);
            }
            for (; failed < oracle.failed.size(); failed++) {
                Failed f = oracle.failed.get(failed);
                refuse(f.isEvent() ? inHand : new Item(null, f.dueNs(), -1, f.dueNs()), f.reason());
            }
        }

        /**
         * Whatever comes, what it says is new. But rows may be told at the end of time, and of twins only those that take rows reckon with
         * no time, so no others follow it then.
         */
        @Override
        public Brings sends(Brings in) {
            return in == Brings.INSERTS ? in : Brings.CHANGES;
        }

        @Override
        protected Twin fresh() {
            return new Scripts(name, words, keepIdleNs, salt);
        }
    }
}
