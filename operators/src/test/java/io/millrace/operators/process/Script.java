package io.millrace.operators.process;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.millrace.dsl.KeyedProcess;
import io.millrace.dsl.Millrace;
import io.millrace.dsl.On;
import io.millrace.event.EntryForm;
import io.millrace.event.EventType;
import io.millrace.event.Input;
import io.millrace.event.Length;
import io.millrace.event.Output;
import io.millrace.topology.Topology;
import java.time.Duration;

/**
 * A process whose events say what to do, so that a test reads as what happens:
 *
 * <pre>
 *  a=10 a+5  set timer a for 10, or for 5 after now      a*5 a/5  each 5, or the last of each 5     a-  cancel
 *  a:b=12    when a fires, do b=12 (commas for blanks)   say.x    emit x                            n+3  add to n
 *  keep kept let   keep this event, say the kept one, let go of it      push pop list   a list of events
 *  map.7     add one to entry 7 and say it               forget boom flood late    what they say
 * </pre>
 */
final class Script extends KeyedProcess {
    static final int EMITS = 8;
    static final int LIST = 3;
    static final int MAP = 2;

    /** An event. */
    record Cmd(long key, long timeNs, @Length(60) String script) {}

    /** An output. */
    record Said(long key, long nowNs, @Length(80) String what) {
        @Override
        public String toString() {
            return key + "@" + nowNs + " " + what;
        }
    }

    static final Input<Cmd> CMDS = Input.of("cmds", Cmd.class).eventTime(Cmd::timeNs, NANOSECONDS);
    static final Output<Said> SAYS = Output.of("says", Said.class);
    static final Output<Said> OTHER = Output.of("other", Said.class);

    final LongState n = longState("n");
    final Kept<Cmd> kept = keeps("kept", EventType.of(Cmd.class));
    final KeptList<Cmd> list = list("list", EventType.of(Cmd.class), LIST);
    final LongMap map = map("map", MAP);
    final TextState onA = textState("on-a", 60);
    final TextState onB = textState("on-b", 60);
    final TextState onC = textState("on-c", 60);
    final Timer a = timer("a", () -> fired("a", this.a(), onA));
    final Timer b = timer("b", () -> fired("b", this.b(), onB));
    final Timer c = timer("c", () -> fired("c", this.c(), onC));
    final Emit<Said> says = emits("says", Said.class);
    final Emit<Said> other = emits("other", Said.class);

    Script(On<Cmd> cmds) {
        emitsAtMost(EMITS);
        on(cmds, cmd -> run(cmd.script(), cmd));
    }

    /** One that takes updates, and says what they do. */
    static Script ofUpdates(On<Cmd> cmds) {
        return new Script(cmds, "updates");
    }

    private Script(On<Cmd> cmds, String takesUpdates) {
        emitsAtMost(EMITS);
        onUpdates(cmds, (form, cmd) -> run(ofUpdate(form) + cmd.script(), cmd));
    }

    /** What an update says in front of its script. */
    static String ofUpdate(EntryForm form) {
        return form == EntryForm.INSERT ? "" : "say." + form + " ";
    }

    static Topology topology() {
        return topology(CMDS, Duration.ofNanos(100));
    }

    static Topology topology(Input<Cmd> input, Duration keepIdle) {
        return Millrace.topology("script", t -> {
            var script = t.from(input).keyBy(Cmd::key).process("script", keepIdle, Script::new);
            script.out(s -> s.says).to(SAYS);
            script.out(s -> s.other).to(OTHER);
        });
    }

    private Timer a() {
        return a;
    }

    private Timer b() {
        return b;
    }

    private Timer c() {
        return c;
    }

    private void fired(String name, Timer timer, TextState then) {
        say(name + (timer.count() > 1 ? " x" + timer.count() : ""));
        run(then.get().replace(',', ' '), null);
    }

    private void run(String script, Cmd cmd) {
        for (String word : script.isEmpty() ? new String[0] : script.split(" ")) {
            word(word, cmd);
        }
    }

    private void word(String word, Cmd cmd) {
        if (word.startsWith("say.")) {
            say(word.substring(4));
        } else if (word.startsWith("n+")) {
            say("n" + n.add(Long.parseLong(word.substring(2))));
        } else if (word.startsWith("map.")) {
            long of = Long.parseLong(word.substring(4));
            map.put(of, map.get(of, 0) + 1);
            say(word + "=" + map.get(of, -1) + "/" + map.size());
        } else if (word.matches("[abc][-=+*/:?].*")) {
            timer(word.charAt(0), word.charAt(1), word.substring(2));
        } else {
            plain(word, cmd);
        }
    }

    private void plain(String word, Cmd cmd) {
        switch (word) {
            case "keep" -> kept.set(cmd);
            case "kept" ->
                say("kept " + (kept.get() == null ? "none" : kept.get().timeNs()));
            case "let" -> kept.clear();
            case "push" -> list.add(cmd);
            case "pop" -> list.remove(0);
            case "list" -> {
                StringBuilder out = new StringBuilder("list");
                for (int i = 0; i < list.size(); i++) {
                    out.append(' ').append(list.get(i).timeNs());
                }
                say(out.toString());
            }
            case "forget" -> forget();
            case "late" -> say(isLate() ? "late" : "in time");
            case "other" -> other.emit(new Said(key(), nowNs(), "other"));
            case "boom" -> throw new IllegalArgumentException("boom");
            case "flood" -> flood();
            default -> throw new IllegalArgumentException(word);
        }
    }

    /** Emits too much, and hides it. */
    private void flood() {
        try {
            for (int i = 0; i <= EMITS; i++) {
                say("flood");
            }
        } catch (IllegalStateException hidden) {
            n.add(1000);
        }
    }

    private void timer(char which, char how, String argument) {
        Timer timer = which == 'a' ? a : which == 'b' ? b : c;
        switch (how) {
            case '=' -> timer.at(Long.parseLong(argument));
            case '+' -> timer.in(Duration.ofNanos(Long.parseLong(argument)));
            case '*' -> timer.each(Duration.ofNanos(Long.parseLong(argument)));
            case '/' -> timer.last(Duration.ofNanos(Long.parseLong(argument)));
            case '-' -> timer.cancel();
            case ':' -> (which == 'a' ? onA : which == 'b' ? onB : onC).set(argument);
            case '?' -> say(which + (timer.isSet() ? " due " + timer.dueNs() : " not set"));
            default -> throw new IllegalArgumentException(which + "" + how + argument);
        }
    }

    private void say(String what) {
        says.emit(new Said(key(), nowNs(), what));
    }
}
