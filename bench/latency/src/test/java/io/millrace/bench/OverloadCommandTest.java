package io.millrace.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class OverloadCommandTest {
    @Test
    void shouldJudgeWhatIsLeftBehindAndHowLongAllTakes() {
        OverloadCommand.Bounds bounds = new OverloadCommand.Bounds(1000, 8);
        assertEquals("yes", bounds.verdict(true, 1000, 8));
        assertEquals("NORMAL behind 1000 ms", bounds.verdict(true, 1000.1, -3));
        assertEquals("HEAP grew by more than 8 MB", bounds.verdict(true, 0, 8.1));
        assertEquals(
                "NOT ACCOUNTED, NORMAL behind 1000 ms, HEAP grew by more than 8 MB", bounds.verdict(false, 2000, 9));
    }

    /** The page says in words what a column is: by the name that the column has. */
    @Test
    void shouldNameItsColumnsAsThePageDoes() throws Exception {
        Path at = Path.of("").toAbsolutePath();
        while (!Files.exists(at.resolve("bench/README.md"))) {
            at = at.getParent();
        }
        String page = Files.readString(at.resolve("bench/README.md"));
        assertTrue(page.contains('\n' + OverloadCommand.HEADER + '\n'), OverloadCommand.HEADER);
        for (String column : List.of("heap", "normal", "accounted")) {
            assertTrue(OverloadCommand.HEADER.contains(" " + column), column);
            assertTrue(page.contains('`' + column + "` "), column);
        }
    }
}
