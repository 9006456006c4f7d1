package io.millrace.sbe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.sbe.sample.PaymentDecoder;
import io.millrace.sbe.sample.PaymentEncoder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a user sees who forgot the flag, and that the line in the message is the cure: each in a JVM of its own. */
class AgronaAccessTest {
    private static final String FLAG = "--add-opens java.base/jdk.internal.misc=ALL-UNNAMED";

    /** Runs in the child. */
    public static final class Child {
        private Child() {}

        /**
         * Makes the same type twice.
         *
         * @param args none
         */
        public static void main(String[] args) {
            for (int i = 0; i < 2; i++) {
                try {
                    System.out.println(Sbe.type(PaymentDecoder::new, PaymentEncoder::new));
                } catch (IllegalStateException e) {
                    System.out.println(e.getMessage());
                }
            }
        }
    }

    @Test
    void shouldNameTheMissingFlagEachTime() throws Exception {
        String line = "Agrona's buffers do not work in this JVM; start it with: " + FLAG;
        assertEquals(line + "\n" + line, output(List.of()));
    }

    @Test
    void shouldWorkWithTheLineThatTheMessageSays() throws Exception {
        assertEquals("Payment\nPayment", output(List.of(FLAG.split(" "))));
    }

    private static String output(List<String> flags) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        String path = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        command.addAll(List.of("-cp", path, Child.class.getName()));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"));
        Process child = builder.start();
        try {
            String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(child.waitFor(1, TimeUnit.MINUTES), "the child ends");
            return said.strip().replace(System.lineSeparator(), "\n");
        } finally {
            child.destroyForcibly();
        }
    }
}
