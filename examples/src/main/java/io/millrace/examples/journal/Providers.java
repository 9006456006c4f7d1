package io.millrace.examples.journal;

import io.millrace.topology.TopologyProvider;
import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;

/** The topologies that commands know: those of this class path, and those of the user's. */
public final class Providers {
    private Providers() {}

    /**
     * All of them: of two of one name the last is the one that is meant.
     *
     * @param classPath jars and directories where else providers are looked for; or null
     * @return those of this class path, and behind them those of the user's
     * @throws IOException when one of them is not there
     */
    public static List<TopologyProvider> of(String classPath) throws IOException {
        ClassLoader ours = Providers.class.getClassLoader();
        if (classPath == null) {
            return of(ours);
        }
        List<URL> urls = new ArrayList<>();
        for (String entry : classPath.split(File.pathSeparator)) {
            Path path = Path.of(entry);
            if (!Files.isReadable(path)) {
                throw new IOException("--classpath: " + entry + ": no such file, or not to be read; name jars and"
                        + " directories of classes, with '" + File.pathSeparator + "' between them");
            }
            urls.add(path.toUri().toURL());
        }
        List<TopologyProvider> all = new ArrayList<>(of(ours));
        all.addAll(of(new UsersClasses(urls.toArray(URL[]::new), ours))); // classes are loaded as they are used
        return all;
    }

    private static List<TopologyProvider> of(ClassLoader loader) {
        return ServiceLoader.load(TopologyProvider.class, loader).stream()
                .map(ServiceLoader.Provider::get)
                .toList();
    }
}
