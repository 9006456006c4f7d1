package io.millrace.bench.command;

import io.millrace.cli.Command;
import io.millrace.cli.OneUse;
import io.millrace.cli.Options;
import io.millrace.cli.UsageException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** What {@code bench/run NAME} measures. To add one: a class, and a line in the {@code Main} of its module. */
public interface BenchCommand extends Command {
    /** Where results go. */
    List<String> FILES = List.of("--json", "--hlog", "--plot");

    /**
     * Its options with their defaults; {@code --readme} and {@code --mark} are added to them.
     *
     * @return made anew
     */
    Options options();

    /**
     * Runs it.
     *
     * @param options as they were given
     * @return the exit code: 0, or 1 when a figure is void
     * @throws IOException          when a file cannot be read or written; its message is what the user is told
     * @throws UsageException       when an option cannot be meant
     * @throws InterruptedException when the thread is interrupted
     */
    int run(Options options) throws IOException, UsageException, InterruptedException;

    /**
     * Whether its page gets what is printed.
     *
     * @return false where it knows of {@code --readme} itself, or has no page
     */
    default boolean isPagePrinted() {
        return true;
    }

    /**
     * The place of its page, unless another is named.
     *
     * @param options as they were given
     * @return its name, with that of the workload where it has one
     * @throws UsageException when an option cannot be meant
     */
    default String mark(Options options) throws UsageException {
        return name() + (options.line().contains(" --workload ") ? ' ' + options.text("--workload") : "");
    }

    /**
     * Those of {@link #FILES} that are looked at before anything is measured.
     *
     * @param options as they were given
     * @return not those that it looks at itself
     * @throws UsageException when an option cannot be meant
     */
    default List<String> places(Options options) throws UsageException {
        return FILES;
    }

    @Override
    default int run(List<String> args) throws UsageException {
        Options options = options();
        if (isPagePrinted()) {
            options.option("--readme", "FILE", null, "also write what is printed into this page, between marks")
                    .option("--mark", "NAME", null, "the name of the marks, if not that of command and workload");
        }
        options.parse(args);
        if (options.has("--help")) {
            System.out.print(options.help(summary()));
            return OK;
        }
        try {
            if (options.has("--mark") && !options.has("--readme")) {
                throw options.bad("--mark", "has no meaning without --readme", "name a page, or leave it out");
            }
            requirePlaces(options);
            return isPagePrinted() && options.has("--readme") ? runForPage(options) : run(options);
        } catch (FileSystemException e) {
            System.err.println("millrace " + name() + ": " + e.getFile() + ": " + reason(e));
            return FAILED;
        } catch (IOException e) {
            System.err.println("millrace " + name() + ": " + e.getMessage());
            return FAILED;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return FAILED;
        }
    }

    private static String reason(FileSystemException e) {
        if (e instanceof NoSuchFileException) {
            return "there is no such file; name one";
        }
        if (e instanceof AccessDeniedException) {
            return "no permission; allow it, or name another";
        }
        return (e.getReason() == null ? "cannot be used" : e.getReason()) + "; name another";
    }

    /** Runs it, and shows the page the command without what only says where results go. */
    private int runForPage(Options options) throws IOException, UsageException, InterruptedException {
        ReadmePage page = new ReadmePage(Path.of(options.text("--readme")));
        String line = options.line().replaceAll(" --(readme|mark|json|hlog|plot) (\"[^\"]*\"|\\S+)", "");
        String mark = options.has("--mark") ? options.text("--mark") : mark(options);
        page.require(mark);
        try (Printed printed = new Printed()) {
            int code = run(options);
            if (code == OK) { // what is void stands in no page
                page.put(mark, printed.page("bench/run " + name() + line));
                page.write();
            }
            return code;
        }
    }

    /** Before anything is measured, which takes minutes. */
    private void requirePlaces(Options options) throws IOException, UsageException {
        List<String> given = places(options).stream().filter(options::has).toList();
        for (String name : given) {
            String file = options.text(name);
            if (file.equals("-")) {
                throw options.bad(name + " -", "standard output has the table", "name a file");
            }
            String wrong = wrongWith(Path.of(file).toAbsolutePath());
            if (wrong != null) {
                throw new IOException(name + ": " + file + ": " + wrong);
            }
        }
        OneUse.require(options, List.of(), given);
    }

    /** Why a file cannot be made, and the cure; null when it can. */
    private static String wrongWith(Path file) {
        Path directory = file.getParent(); // none has the root, which is a directory itself
        if (Files.isDirectory(file)) {
            return "is a directory; name a file";
        }
        if (!Files.isDirectory(directory)) {
            return "its directory is not there; make it";
        }
        return Files.isWritable(Files.exists(file) ? file : directory)
                ? null
                : "no permission to write it; allow it, or name another";
    }
}
