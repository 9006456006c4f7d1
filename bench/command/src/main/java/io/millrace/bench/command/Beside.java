package io.millrace.bench.command;

import java.util.List;

/** What {@code bench/run all} starts by the script, in a JVM of its own, of other modules: here, where these can look at it too. */
public final class Beside {
    private static final List<List<String>> QUICK = List.of(
            words("journal --seconds 1 --rounds 1 --state-mb 16 --entries 20000"),
            words("kill --times 5"),
            words("identical --events 20000"),
            words("crash-images --times 200"),
            words("bit-rot --times 200"),
            words("stress -t Position -iters 1 -time 50"),
            words("jmh -f 0 -wi 0 -i 1 -r 50ms -p keys=1000 -p operators=3 -p trees=20 -p watch=blame"),
            words("peers --quick"));

    private static final List<List<String>> WHOLE = List.of(
            words("journal"),
            words("kill"),
            words("identical"),
            words("crash-images"),
            words("bit-rot"),
            words("stress"),
            words("jmh"),
            words("peers"));

    private Beside() {}

    private static List<String> words(String line) {
        return List.of(line.split(" "));
    }

    /**
     * The lines, in order.
     *
     * @param quick whether to shorten them
     * @return the words of each, its command first
     */
    public static List<List<String>> lines(boolean quick) {
        return quick ? QUICK : WHOLE;
    }
}
