package io.millrace.operators.process;

import io.millrace.event.Reason;
import io.millrace.operators.process.Script.Said;
import io.millrace.time.Progress;
import io.millrace.time.Times;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What {@link Script} means, with objects: everything that is due fires at once. */
final class ScriptOracle {
    private static final long NEVER = Long.MIN_VALUE;

    /** A key. */
    private static final class Key {
        long n;
        long kept = NEVER;
        List<Long> list = new ArrayList<>();
        List<long[]> map = new ArrayList<>();
        String[] then = {"", "", ""};
        Due[] timers = new Due[3];
        long touched = NEVER;

        Key copy() {
            Key k = new Key();
            k.n = n;
            k.kept = kept;
            k.list = new ArrayList<>(list);
            map.forEach(e -> k.map.add(e.clone()));
            k.then = then.clone();
            k.timers = timers.clone();
            k.touched = touched;
            return k;
        }
    }

    /** By an event, or by a firing. */
    record Spoken(boolean isEvent, Said said) {}

    /** An event, or a firing and when that was due. */
    record Failed(boolean isEvent, long dueNs, Reason reason) {}

    /** More than a process said that it would keep or emit. */
    private static final class TooMuchException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** A pending due. */
    private record Due(long ns, long order, long period, long missed) {}

    private final long keepIdle;
    private final Map<Long, Key> keys = new HashMap<>();
    /** What was said, of all keys. */
    final List<Spoken> all = new ArrayList<>();

    final List<Failed> failed = new ArrayList<>();

    private long progress = NEVER;
    private long order;

    private long key;
    private Key state;
    private long now;
    private int firing;
    private long eventTime;
    private boolean forgets;
    private boolean floods;
    private final List<Said> out = new ArrayList<>();

    ScriptOracle(long keepIdle) {
        this.keepIdle = keepIdle;
    }

    void send(long ofKey, long timeNs, String script) {
        progress(timeNs);
        take(ofKey, timeNs, script, timeNs);
        fireAll(null);
    }

    /** Takes an event by itself: its time, and what is kept of it. */
    void take(long ofKey, long timeNs, String script, long ofEvent) {
        fireAll(ofKey);
        Key before = keys.get(ofKey);
        if (before != null
                && List.of(0, 1, 2).stream().allMatch(i -> before.timers[i] == null)
                && Times.plus(before.touched, keepIdle) <= progress) {
            keys.remove(ofKey);
        }
        Key k = keys.computeIfAbsent(ofKey, x -> new Key());
        if (call(ofKey, k, timeNs, -1, script, ofEvent) && keys.containsKey(ofKey)) {
            Key after = keys.get(ofKey);
            after.touched = Math.max(after.touched, Math.max(timeNs, progress));
        }
    }

    /** What is due at once. */
    void fire() {
        fireAll(null);
    }

    void progress(long ns) {
        if (ns > progress) {
            progress = ns;
            fireAll(null);
        }
    }

    private void fireAll(Long only) {
        while (true) {
            Key first = null;
            long firstKey = 0;
            int timer = -1;
            for (Map.Entry<Long, Key> e : keys.entrySet()) {
                for (int t = 0; t < 3; t++) {
                    Due d = e.getValue().timers[t];
                    if (d != null
                            && d.ns <= progress
                            && (only == null || only.equals(e.getKey()))
                            && (first == null || isBefore(d, first.timers[timer]))) {
                        first = e.getValue();
                        firstKey = e.getKey();
                        timer = t;
                    }
                }
            }
            if (first == null) {
                return;
            }
            fire(firstKey, first, timer);
        }
    }

    private static boolean isBefore(Due a, Due b) {
        return a.ns < b.ns || a.ns == b.ns && a.order < b.order;
    }

    private void fire(long ofKey, Key k, int timer) {
        Due d = k.timers[timer];
        long count = 1;
        if (d.period < 0 && progress - d.ns >= -d.period) {
            long more = (progress - d.ns) / -d.period;
            k.timers[timer] = new Due(d.ns - more * d.period, ++order, d.period, d.missed + more);
            return;
        }
        if (d.period == 0) {
            k.timers[timer] = null;
        } else {
            count += d.missed;
            k.timers[timer] = new Due(d.ns + Math.abs(d.period), ++order, d.period, 0);
        }
        k.touched = Math.max(k.touched, d.ns);
        String name = "abc".charAt(timer) + (count > 1 ? " x" + count : "");
        call(ofKey, k, d.ns, timer, "say." + name.replace(' ', '_') + " " + k.then[timer].replace(',', ' '), NEVER);
    }

    private boolean call(long ofKey, Key k, long nowNs, int timer, String script, long ofEvent) {
        key = ofKey;
        state = k.copy();
        now = nowNs;
        firing = timer;
        eventTime = ofEvent;
        forgets = false;
        floods = false;
        out.clear();
        try {
            for (String word :
                    script.trim().isEmpty() ? new String[0] : script.trim().split(" ")) {
                word(word);
                if (out.size() > Script.EMITS) {
                    throw new TooMuchException();
                }
            }
            if (floods) {
                throw new TooMuchException();
            }
        } catch (RuntimeException e) {
            Reason reason = e instanceof TooMuchException ? Reason.OVER_BOUND : Reason.OPERATOR_ERROR;
            failed.add(new Failed(timer < 0, nowNs, reason));
            return false;
        }
        out.forEach(s -> all.add(new Spoken(timer < 0, s)));
        if (forgets) {
            keys.remove(key);
        } else {
            keys.put(key, state);
        }
        return true;
    }

    private void word(String word) {
        if (word.startsWith("say.")) {
            say(word.substring(4).replace('_', ' '));
        } else if (word.startsWith("n+")) {
            state.n += Long.parseLong(word.substring(2));
            say("n" + state.n);
        } else if (word.startsWith("map.")) {
            map(Long.parseLong(word.substring(4)), word);
        } else if (word.matches("[abc][-=+*/:?].*")) {
            timer(word.charAt(0) - 'a', word.charAt(1), word.substring(2));
        } else {
            plain(word);
        }
    }

    private void map(long of, String word) {
        long[] entry = state.map.stream().filter(e -> e[0] == of).findFirst().orElse(null);
        if (entry == null) {
            if (state.map.size() == Script.MAP) {
                throw new TooMuchException();
            }
            entry = new long[] {of, 0};
            state.map.add(entry);
        }
        entry[1]++;
        say(word + "=" + entry[1] + "/" + state.map.size());
    }

    private void plain(String word) {
        switch (word) {
            case "keep" -> state.kept = event();
            case "kept" -> say("kept " + (state.kept == NEVER ? "none" : state.kept));
            case "let" -> state.kept = NEVER;
            case "push" -> {
                if (state.list.size() == Script.LIST) {
                    throw new TooMuchException();
                }
                state.list.add(event());
            }
            case "pop" -> state.list.remove(0);
            case "list" -> {
                StringBuilder text = new StringBuilder("list");
                state.list.forEach(x -> text.append(' ').append(x));
                say(text.toString());
            }
            case "forget" -> forgets = true;
            case "late" -> say(firing < 0 && now < progress ? "late" : "in time");
            case "boom" -> throw new IllegalArgumentException("boom");
            case "flood" -> {
                while (out.size() < Script.EMITS) {
                    say("flood");
                }
                floods = true; // what it threw is hidden: the script goes on
            }
            default -> throw new AssertionError(word);
        }
    }

    private long event() {
        if (eventTime == NEVER) {
            throw new NullPointerException("no event in a firing");
        }
        return eventTime;
    }

    private void timer(int t, char how, String argument) {
        switch (how) {
            case '=' -> set(t, Long.parseLong(argument), 0);
            case '+' -> set(t, Times.plus(now, Long.parseLong(argument)), 0);
            case '*' -> set(t, now + Long.parseLong(argument), Long.parseLong(argument));
            case '/' -> set(t, now + Long.parseLong(argument), -Long.parseLong(argument));
            case '-' -> state.timers[t] = null;
            case ':' -> state.then[t] = argument;
            case '?' -> {
                Due d = state.timers[t];
                say("abc".charAt(t) + (d == null ? " not set" : " due " + d.ns));
            }
            default -> throw new AssertionError(how);
        }
    }

    private void set(int t, long asked, long period) {
        if (firing == t && asked <= now) {
            throw new IllegalStateException("for ever");
        }
        long floor = firing >= 0 ? now : progress;
        state.timers[t] = new Due(Math.min(Math.max(asked, floor), Progress.END), ++order, period, 0);
    }

    private void say(String what) {
        out.add(new Said(key, now, what));
    }
}
