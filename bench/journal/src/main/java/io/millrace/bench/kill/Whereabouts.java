package io.millrace.bench.kill;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/** Tells what each thread of a child is doing, when somebody has waited too long for it. */
final class Whereabouts {
    private static final int FRAMES = 8;
    private static final long LOOK_MS = 200;

    private Whereabouts() {}

    static void tellWhenAsked(Instants instants) {
        Thread thread = new Thread(() -> lookFor(instants), "whereabouts");
        thread.setDaemon(true);
        thread.start();
    }

    private static void lookFor(Instants instants) {
        try {
            while (!instants.isAsked()) {
                Thread.sleep(LOOK_MS);
            }
            Thread.getAllStackTraces().entrySet().stream()
                    .map(Whereabouts::line)
                    .sorted()
                    .forEach(System.out::println);
            instants.told();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String line(Map.Entry<Thread, StackTraceElement[]> at) {
        return "thread " + at.getKey().getName() + ": "
                + Arrays.stream(at.getValue())
                        .limit(FRAMES)
                        .map(f -> f.getClassName().replaceFirst(".*\\.", "") + "." + f.getMethodName() + ":"
                                + f.getLineNumber())
                        .collect(Collectors.joining(" < "));
    }
}
