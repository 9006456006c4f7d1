package io.millrace.bench.kill;

import io.millrace.journal.Durability;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What is killed, and in the middle of what.
 *
 * @param aim     that
 * @param kind    which engine
 * @param waits   whether it waits to be killed there, else it goes on
 * @param threads whether receivers have threads of their own
 */
record Target(Aim aim, Kind kind, boolean waits, boolean threads) {
    /** Nothing: for what is not killed. */
    static Target none(Kind kind) {
        return new Target(Aim.ELSEWHERE, kind, false, false);
    }

    /**
     * As many of each aim, in any order, and of each aim as many of each kind; the first process has no journal to open again. Of the seed
     * alone, so that a session can be had again: what is left over of a whole number of each goes round from every other seed to the next.
     */
    static List<Target> of(int kills, long seed, Durability level, List<Kind> kinds, SplittableRandom random) {
        List<Aim> aims = level == Durability.MEMORY ? List.of(Aim.START_UP, Aim.ELSEWHERE) : List.of(Aim.values());
        List<Target> targets = new ArrayList<>();
        for (int i = 0; i < kills; i++) {
            int a = (int) ((seed / 2 % aims.size() + i) % aims.size());
            int nth = i / aims.size();
            Aim aim = aims.get(a);
            Kind kind = kinds.get((int) ((seed / 2 / aims.size() + a + nth) % kinds.size()));
            boolean waits = nth / kinds.size() % 2 == 0 || aim == Aim.BEHIND; // every other one of each kind of both
            int place = random.nextInt(targets.size() + 1);
            targets.add(place, new Target(aim, kind, waits, random.nextInt(3) == 0));
        }
        for (int i = 1; i < kills && targets.get(0).aim.isOfOpening(); i++) {
            targets.add(targets.remove(0));
        }
        return targets;
    }

    /** Whether the rest of the process works while it waits: to be killed a while later, when that has got somewhere. */
    boolean othersGoOn() {
        return aim == Aim.BEHIND || aim == Aim.RECEIVER && waits;
    }
}
