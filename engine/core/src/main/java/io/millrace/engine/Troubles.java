package io.millrace.engine;

import io.millrace.transport.Lost;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What is wrong with one host, put together by whoever asks, in the order in which it is told. Of one thread. */
final class Troubles {
    /** Of something that is so now, and goes away by itself or never. */
    private static final long NOW = -1;

    private static final Runnable NOTHING = () -> {};

    private final List<Trouble> all = new ArrayList<>();

    /** How many of that name have told something of themselves. */
    private final Map<String, Integer> ports = new HashMap<>();

    /**
     * One of them.
     *
     * @param of     what it is about: the same as long as it is the same trouble, whatever the words
     * @param kind   which of several that it may be about the same, where only the words say so; else empty
     * @param times  how often it has happened, a number that only grows; or NOW
     * @param why    in words
     * @param forget done when nobody needs to be told of it any more
     */
    record Trouble(String of, String kind, long times, String why, Runnable forget) {
        boolean isNow() {
            return times == NOW;
        }
    }

    /** Something that is so; nothing is when there are no words. */
    void now(String of, String why) {
        if (why != null) {
            all.add(new Trouble(of, "", NOW, why, NOTHING));
        }
    }

    /** The same where it may be one thing or another, and other words mean another; numbers in them, and what holds one, mean nothing. */
    void nowByWords(String of, String why) {
        if (why != null) {
            all.add(new Trouble(of, withoutNumbers(why), NOW, why, NOTHING));
        }
    }

    private static String withoutNumbers(String why) {
        return Stream.of(why.split(" "))
                .filter(w -> w.chars().noneMatch(Character::isDigit))
                .collect(Collectors.joining(" "));
    }

    /** What a source or sink says of itself. That is code of others: what it throws is told of it, and hides nothing else. */
    void ofPort(String where, Supplier<String> trouble, Supplier<Lost> lost) {
        String of = where + " " + ports.merge(where, 1, Integer::sum);
        try {
            String why = trouble.get();
            nowByWords("now " + of, why == null ? null : where + ": " + why);
        } catch (Throwable t) {
            now(
                    "trouble() " + of,
                    where + ": its trouble() threw " + t.getClass().getName());
        }
        try {
            Lost l = lost.get();
            if (l == null) {
                now("lost() " + of, where + ": its lost() answered null");
            } else {
                past("lost " + of, l.times(), l.why() == null ? null : where + ": " + l.why());
            }
        } catch (Throwable t) {
            now("lost() " + of, where + ": its lost() threw " + t.getClass().getName());
        }
    }

    /** Something that has happened and is over; nothing has when there are no words. */
    void past(String of, long times, String why) {
        past(of, times, why, NOTHING);
    }

    void past(String of, long times, String why, Runnable forget) {
        if (why != null) {
            all.add(new Trouble(of, "", times, why, forget));
        }
    }

    List<Trouble> all() {
        return all;
    }

    /** All of it in words, acknowledged or not; null when there is none. */
    String why() {
        String why = null;
        for (Trouble t : all) {
            why = Host.and(why, t.why());
        }
        return why;
    }
}
