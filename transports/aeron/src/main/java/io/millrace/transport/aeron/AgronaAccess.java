package io.millrace.transport.aeron;

import org.agrona.concurrent.UnsafeBuffer;

/** Whether Agrona's buffers work in this JVM. They need a package of the JDK that only a flag opens. */
final class AgronaAccess {
    private AgronaAccess() {}

    static void check() {
        try {
            new UnsafeBuffer(new byte[Long.BYTES]).putLong(0, 1);
        } catch (LinkageError e) {
            Module agrona = UnsafeBuffer.class.getModule();
            throw new IllegalStateException(
                    "Aeron's buffers do not work in this JVM; start it with: --add-opens java.base/jdk.internal.misc="
                            + (agrona.isNamed() ? agrona.getName() : "ALL-UNNAMED"),
                    e);
        }
    }
}
