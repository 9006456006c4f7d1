package io.millrace.examples.journal;

import java.net.URL;
import java.net.URLClassLoader;

/**
 * The classes of a user's jars. Of what both sides have, the engine and what it stands on are those of this process, since values go to and fro
 * between them; but an example that was built anew is the user's own, or nobody would see that another one was run.
 */
final class UsersClasses extends URLClassLoader {
    private static final String EXAMPLES = "io.millrace.examples.";

    UsersClasses(URL[] urls, ClassLoader ours) {
        super(urls, ours);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        synchronized (getClassLoadingLock(name)) {
            if (name.startsWith(EXAMPLES) && findResource(name.replace('.', '/') + ".class") != null) {
                Class<?> loaded = findLoadedClass(name);
                return loaded == null ? findClass(name) : loaded;
            }
        }
        return super.loadClass(name, resolve);
    }

    /** A model that was made anew, too. */
    @Override
    public URL getResource(String name) {
        URL own = name.startsWith(EXAMPLES.replace('.', '/')) ? findResource(name) : null;
        return own == null ? super.getResource(name) : own;
    }
}
