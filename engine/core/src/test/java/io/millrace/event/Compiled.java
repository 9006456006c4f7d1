package io.millrace.event;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import javax.tools.ToolProvider;

/** Compiles classes that a test cannot hold: too large, or in a module of their own. */
final class Compiled {
    private Compiled() {}

    /** Classes of no module, by their names. */
    static ClassLoader in(Path dir, Map<String, String> sources) throws IOException {
        compile(dir, sources);
        return new URLClassLoader(new URL[] {dir.toUri().toURL()}, Compiled.class.getClassLoader());
    }

    /** Classes of one module. */
    static ClassLoader module(Path dir, String module, Map<String, String> sources) throws IOException {
        compile(dir, sources);
        Configuration configuration =
                ModuleLayer.boot().configuration().resolve(ModuleFinder.of(dir), ModuleFinder.of(), Set.of(module));
        return ModuleLayer.boot()
                .defineModulesWithOneLoader(configuration, Compiled.class.getClassLoader())
                .findLoader(module);
    }

    private static void compile(Path dir, Map<String, String> sources) throws IOException {
        String events = Path.of(URI.create(EventType.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toString()))
                .toString();
        List<String> arguments = new ArrayList<>(List.of("-d", dir.toString(), "-proc:none", "-cp", events));
        for (Map.Entry<String, String> source : new TreeMap<>(sources).entrySet()) {
            Path file = dir.resolve(source.getKey().replace('.', '/') + ".java");
            Files.createDirectories(file.getParent());
            Files.writeString(file, source.getValue());
            arguments.add(file.toString());
        }
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        int result = ToolProvider.getSystemJavaCompiler().run(null, null, errors, arguments.toArray(new String[0]));
        String said = errors.toString(StandardCharsets.UTF_8);
        assertEquals(0, result, () -> said.substring(0, Math.min(500, said.length())));
    }
}
