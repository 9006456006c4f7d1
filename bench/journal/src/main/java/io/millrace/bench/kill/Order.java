package io.millrace.bench.kill;

import io.millrace.journal.Durability;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a child is told, as words of its command line.
 *
 * @param events of each producer
 * @param paced  whether they come at a pace
 * @param level  what they survive
 * @param target what it is to be killed in
 * @param step   at which step of that
 * @param then   which engines come behind its first one, each on the journal that the one before has closed
 */
record Order(long events, boolean paced, Durability level, Target target, int step, List<Kind> then) {
    static Order of(String[] words) {
        List<Kind> then = Arrays.stream(words).skip(8).map(Kind::valueOf).toList();
        Target target = new Target(
                Aim.valueOf(words[3]),
                Kind.valueOf(words[4]),
                Boolean.parseBoolean(words[5]),
                Boolean.parseBoolean(words[6]));
        return new Order(
                Long.parseLong(words[0]),
                Boolean.parseBoolean(words[1]),
                Durability.valueOf(words[2]),
                target,
                Integer.parseInt(words[7]),
                then);
    }

    List<String> words() {
        List<String> words = new ArrayList<>(List.of(
                Long.toString(events),
                Boolean.toString(paced),
                level.name(),
                target.aim().name(),
                target.kind().name(),
                Boolean.toString(target.waits()),
                Boolean.toString(target.threads()),
                Integer.toString(step)));
        then.forEach(kind -> words.add(kind.name()));
        return words;
    }
}
