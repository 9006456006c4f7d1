package io.millrace.bench;

import io.millrace.cli.Options;
import io.millrace.cli.UsageException;
import io.millrace.rig.LatencyReport;
import io.millrace.rig.LatencyRig;
import io.millrace.rig.RigProvider;
import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/** {@code latency --classpath PATH --topology NAME}: a topology that is not of this build. */
final class YourTopology {
    private static final String MEND = "mend its RigProvider";

    private YourTopology() {}

    static int run(Options options) throws IOException, UsageException {
        for (String name : List.of("classpath", "topology")) {
            if (!options.has("--" + name)) {
                throw options.bad(
                        "--" + name, "is missing", "a topology of yours takes both of --classpath and --topology");
            }
        }
        Common.refuse(
                options,
                List.of("--workload", "--systems", "--waiting", "--ring", "--burst", "--jvm", "--jdk", "--gc"),
                "with --topology, which runs in this JVM");
        String host = options.oneOf("--host", List.of("inline", "live"));
        try (URLClassLoader loader = new URLClassLoader(urls(options), YourTopology.class.getClassLoader())) {
            LatencyRig rig = rig(provider(loader, options), options);
            set(rig, options);
            if (options.has("--host")) {
                host(rig, host);
            }
            try {
                rig.requireRunnable();
            } catch (IllegalArgumentException e) {
                throw Common.tooLong(options, e);
            } catch (IllegalStateException e) {
                throw options.bad("--topology " + options.text("--topology"), e.getMessage(), MEND);
            }
            LatencyReport report = rig.run();
            System.out.print(report);
            write(options, report);
            return report.isSound() ? 0 : 1;
        }
    }

    private static LatencyRig rig(RigProvider provider, Options options) throws UsageException {
        String topology = "--topology " + provider.name();
        LatencyRig rig;
        try {
            rig = provider.rig();
        } catch (RuntimeException | LinkageError | AssertionError e) { // a jar that is not on the class path, for one
            throw options.bad(topology, "its rig cannot be made: " + e, MEND);
        }
        if (rig == null) {
            throw options.bad(topology, "it has no rig", MEND);
        }
        return rig;
    }

    private static void host(LatencyRig rig, String host) {
        if (host.equals("live")) {
            rig.live();
        } else {
            rig.inline();
        }
    }

    /** What was named on the command line; the rest is as the rig has it. */
    private static void set(LatencyRig rig, Options options) throws UsageException {
        if (options.has("--rates")) {
            rig.rates(LatencyCommand.rates(options));
        }
        if (options.has("--seconds")) {
            rig.seconds((int) options.number("--seconds", 1, 3_600));
        }
        if (options.has("--pairs")) {
            rig.runs((int) options.number("--pairs", 1, 1_000));
        }
        if (options.has("--warmup")) {
            rig.warmUp(options.number("--warmup", 0, 1_000_000_000));
        }
    }

    private static void write(Options options, LatencyReport report) throws IOException {
        if (options.has("--json")) {
            report.json(Path.of(options.text("--json")));
        }
        if (options.has("--hlog")) {
            report.hlog(Path.of(options.text("--hlog")));
        }
        if (options.has("--plot")) {
            report.plot(Path.of(options.text("--plot")));
        }
    }

    private static URL[] urls(Options options) throws IOException, UsageException {
        List<URL> urls = new ArrayList<>();
        for (String entry : options.text("--classpath").split(File.pathSeparator)) {
            Path path = Path.of(entry);
            if (!Files.exists(path)) {
                throw options.bad("--classpath " + entry, "is not there", "name jars and folders of classes");
            }
            urls.add(path.toUri().toURL());
        }
        return urls.toArray(URL[]::new);
    }

    private static RigProvider provider(ClassLoader loader, Options options) throws UsageException {
        String name = options.text("--topology");
        List<String> names = new ArrayList<>();
        try {
            for (RigProvider provider : ServiceLoader.load(RigProvider.class, loader)) {
                if (name.equals(provider.name())) {
                    return provider;
                }
                names.add(provider.name());
            }
        } catch (ServiceConfigurationError e) {
            throw options.bad("--classpath " + options.text("--classpath"), e.getMessage(), "mend META-INF/services");
        }
        throw options.bad(
                "--topology " + name,
                "no RigProvider of that name in --classpath",
                names.isEmpty()
                        ? "there is none: name it in META-INF/services"
                        : "use one of " + String.join(", ", names));
    }
}
