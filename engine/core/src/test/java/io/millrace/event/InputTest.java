package io.millrace.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.trial.Num;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class InputTest {
    private static final Input<Num> IN = Num.input("in");

    private static String message(Class<? extends Throwable> type, Executable what) {
        return assertThrows(type, what).getMessage();
    }

    /** Names the port and the setting, not a variable of ours. */
    @Test
    void shouldSayWhichSettingIsNull() {
        assertEquals(
                "in: disorder is null; give a duration", message(NullPointerException.class, () -> IN.disorder(null)));
        assertEquals(
                "in: maxAhead is null; give a duration", message(NullPointerException.class, () -> IN.maxAhead(null)));
        assertEquals(
                "in: idleAfter is null; give a duration",
                message(NullPointerException.class, () -> IN.idleAfter(null)));
        assertEquals(
                "the class of the record is null; give one",
                message(NullPointerException.class, () -> Input.of("in", (Class<Num>) null)));
    }

    @Test
    void shouldSayThatAnEventIsNull() {
        assertEquals(
                "input in: the event is null; publish one",
                message(RefusedException.class, () -> IN.timeNs((Num) null)));
    }
}
