package io.millrace.examples;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What can be known of a process and its signals. */
public final class Signals {
    private static final int SIGINT_MASK = 1 << 1;

    /**
     * In front of a command: it acts on interrupts, also where a shell has started this JVM in the background, which ignores them and
     * hands that on. Takes its own place, so the process is the command's. Empty where {@code env} cannot do it.
     */
    static final List<String> HEEDED = heeded();

    private Signals() {}

    private static List<String> heeded() {
        List<String> words = List.of("env", "--default-signal=INT");
        try {
            Process trial = new ProcessBuilder(words.get(0), words.get(1), "true")
                    .redirectOutput(Redirect.DISCARD)
                    .redirectError(Redirect.DISCARD)
                    .start();
            return trial.waitFor() == 0 ? words : List.of();
        } catch (IOException e) {
            return List.of(); // there is none
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of();
        }
    }

    /**
     * Whether a process ignores interrupts, as what a shell starts in the background does.
     *
     * @param pid the process
     * @return false where it would act on them
     * @throws IOException when it has ended
     */
    public static boolean ignoresInterrupts(long pid) throws IOException {
        Path status = Path.of("/proc/" + pid + "/status");
        assumeTrue(Files.exists(status), "skipped: no /proc");
        String ignored = Files.readAllLines(status).stream()
                .filter(l -> l.startsWith("SigIgn:"))
                .findFirst()
                .orElseThrow();
        return (Long.parseUnsignedLong(ignored.substring(7).trim(), 16) & SIGINT_MASK) != 0;
    }
}
