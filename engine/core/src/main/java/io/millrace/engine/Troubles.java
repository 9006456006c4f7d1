package io.millrace.engine;

import java.util.ArrayList;
import java.util.List;

/** What is wrong with one host, put together by whoever asks, in the order in which it is told. Of one thread. */
final class Troubles {
    /** Of something that is so now, and goes away by itself or never. */
    private static final long NOW = -1;

    private static final Runnable NOTHING = () -> {};

    private final List<Trouble> all = new ArrayList<>();

    /**
     * One of them.
     *
     * @param of     what it is about: the same as long as it is the same trouble, whatever the words
     * @param times  how often it has happened, a number that only grows; or NOW
     * @param why    in words
     * @param forget done when nobody needs to be told of it any more
     */
    record Trouble(String of, long times, String why, Runnable forget) {
        boolean isNow() {
            return times == NOW;
        }
    }

    /** Something that is so; nothing is when there are no words. */
    void now(String of, String why) {
        if (why != null) {
            all.add(new Trouble(of, NOW, why, NOTHING));
        }
    }

    /** Something that has happened and is over; nothing has when there are no words. */
    void past(String of, long times, String why) {
        past(of, times, why, NOTHING);
    }

    void past(String of, long times, String why, Runnable forget) {
        if (why != null) {
            all.add(new Trouble(of, times, why, forget));
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
