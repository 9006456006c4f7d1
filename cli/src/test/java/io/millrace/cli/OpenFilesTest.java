package io.millrace.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.transport.file.Abandonable;
import io.millrace.transport.file.FileFault;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Each is ended, whatever becomes of the others. */
class OpenFilesTest {
    private final List<String> ended = new ArrayList<>();
    private final List<IOException> heard = new ArrayList<>();
    private final OpenFiles files = new OpenFiles(heard::add);
    private final FileFault fault = new FileFault("b", 0, "cannot be ended", "1", "try again");
    private final IllegalStateException bug = new IllegalStateException("c");
    private final AssertionError other = new AssertionError("d");

    /** A file of which both ends fail in the same way; null for none. */
    private final class Ends implements Abandonable {
        private final String name;
        private final Throwable thrown;

        Ends(String name, Throwable thrown) {
            this.name = name;
            this.thrown = thrown;
        }

        @Override
        public void abandon() throws FileFault {
            end("abandoned ");
        }

        @Override
        public void close() throws FileFault {
            end("closed ");
        }

        private void end(String how) throws FileFault {
            ended.add(how + name);
            if (thrown instanceof FileFault e) {
                throw e;
            }
            if (thrown instanceof RuntimeException e) {
                throw e;
            }
            if (thrown instanceof Error e) {
                throw e;
            }
        }
    }

    private void open() throws FileFault {
        files.open("a", name -> new Ends(name, null));
        files.open("b", name -> new Ends(name, fault));
        files.open("c", name -> new Ends(name, bug));
        files.open("d", name -> new Ends(name, other));
        files.open("e", name -> () -> ended.add("closed e"));
    }

    @Test
    void shouldCloseAllWhateverOneThrows() throws Exception {
        open();
        assertSame(bug, assertThrows(IllegalStateException.class, files::end));
        assertEquals(List.of("closed a", "closed b", "closed c", "closed d", "closed e"), ended);
        assertEquals(List.of(fault), heard);
        assertEquals(List.of(other), List.of(bug.getSuppressed()));
        files.close();
        assertEquals(5, ended.size(), "twice");
    }

    @Test
    void shouldTellOfAllWhateverIsThrownByWhoHears() throws Exception {
        IllegalStateException deaf = new IllegalStateException("deaf");
        OpenFiles told = new OpenFiles(e -> {
            heard.add(e);
            throw deaf;
        });
        told.open("b", name -> new Ends(name, fault));
        told.open("c", name -> new Ends(name, bug));
        told.open("b", name -> new Ends(name, fault));
        assertSame(deaf, assertThrows(IllegalStateException.class, told::end));
        assertEquals(List.of(fault, fault), heard);
        assertEquals(List.of(bug), List.of(deaf.getSuppressed()));
    }

    @Test
    void shouldAbandonAllWhateverOneThrows() throws Exception {
        open();
        assertSame(bug, assertThrows(IllegalStateException.class, files::abandon));
        assertEquals(List.of("abandoned a", "abandoned b", "abandoned c", "abandoned d", "closed e"), ended);
        assertEquals(List.of(fault), heard);
        files.abandon();
        files.end();
        assertEquals(5, ended.size(), "twice");
    }

    @Test
    void shouldAddWhatIsThrownToWhyTheyAreAbandoned() throws Exception {
        open();
        files.open("f", name -> new Ends(name, bug));
        FileFault why = new FileFault("x", 0, "cannot be opened", "2", "name another");
        files.abandon(why);
        assertEquals(6, ended.size());
        assertEquals(List.of(), heard);
        assertEquals(List.of(fault, bug, other, bug), List.of(why.getSuppressed()));

        files.open("g", name -> new Ends(name, bug));
        files.abandon(bug);
        assertEquals(0, bug.getSuppressed().length, "it is no reason of itself");
    }
}
