package io.millrace.bench.nexmark;

import io.millrace.cli.UsageException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The published files, where they are; a user's machine does not have them. */
final class Shared {
    static final String ABSENT = "skipped: no shared/data/nexmark in any folder above";

    private Shared() {}

    /** Null where they are not. */
    static Path folder() {
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            Path data = at.resolve("shared/data/nexmark");
            if (Files.isDirectory(data)) {
                return data;
            }
        }
        return null;
    }

    /** Runs a query over them. */
    static int run(String query, Path out) throws UsageException {
        return new NexmarkCommand("none")
                .run(List.of(
                        "--query=" + query,
                        "--persons",
                        folder().resolve("person.csv").toString(),
                        "--auctions",
                        folder().resolve("auction.csv").toString(),
                        "--bids",
                        folder().resolve("bid.csv").toString(),
                        "--out",
                        out.toString(),
                        "--quiet"));
    }
}
