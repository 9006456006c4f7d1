package io.millrace.bench;

import io.millrace.bench.option.Options;
import io.millrace.bench.option.UsageException;
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
import java.util.ServiceLoader;

/** {@code latency --classpath PATH --topology NAME}: a topology that is not of this build. */
final class YourTopology {
    private YourTopology() {}

    static int run(Options options) throws IOException, UsageException {
        for (String name : List.of("classpath", "topology")) {
            if (!options.has(name)) {
                throw new UsageException(
                        "--" + name + " is missing: a topology of yours takes both of --classpath and" + " --topology");
            }
        }
        long[] rates =
                LatencyCommand.rates(options.has("rates") ? options.list("rates") : List.of(options.get("rate")));
        int seconds = (int) options.number("seconds", 1, 3_600);
        int runs = (int) options.number("pairs", 1, 1_000);
        long warmUp = options.number("warmup", 0, 1_000_000_000);
        if (!List.of("inline", "live").contains(options.get("host"))) {
            throw new UsageException("--host " + options.get("host") + " is not one of inline, live");
        }
        try (URLClassLoader loader =
                new URLClassLoader(urls(options.get("classpath")), YourTopology.class.getClassLoader())) {
            LatencyRig rig = provider(loader, options.get("topology")).rig();
            rig.rates(rates).seconds(seconds).runs(runs).warmUp(warmUp);
            if (options.get("host").equals("live")) {
                rig.live();
            }
            LatencyReport report = rig.run();
            System.out.print(report);
            write(options, report);
            return report.isSound() ? 0 : 1;
        }
    }

    private static void write(Options options, LatencyReport report) throws IOException {
        if (options.has("json")) {
            report.json(Path.of(options.get("json")));
        }
        if (options.has("hlog")) {
            report.hlog(Path.of(options.get("hlog")));
        }
        if (options.has("plot")) {
            report.plot(Path.of(options.get("plot")));
        }
    }

    private static URL[] urls(String classPath) throws IOException, UsageException {
        List<URL> urls = new ArrayList<>();
        for (String entry : classPath.split(File.pathSeparator)) {
            Path path = Path.of(entry);
            if (!Files.exists(path)) {
                throw new UsageException("--classpath: " + entry + " is not there");
            }
            urls.add(path.toUri().toURL());
        }
        return urls.toArray(URL[]::new);
    }

    private static RigProvider provider(ClassLoader loader, String name) throws UsageException {
        List<String> names = new ArrayList<>();
        for (RigProvider provider : ServiceLoader.load(RigProvider.class, loader)) {
            if (provider.name().equals(name)) {
                return provider;
            }
            names.add(provider.name());
        }
        throw new UsageException(
                "--topology " + name + ": no RigProvider of that name in --classpath; there are " + names);
    }
}
