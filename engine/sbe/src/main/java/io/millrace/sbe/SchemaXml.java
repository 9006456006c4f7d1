package io.millrace.sbe;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;
import org.xml.sax.helpers.DefaultHandler;

/**
 * A schema as XML, with the files that it includes in their places. Nothing is looked for on a network, and of files only those that an
 * {@code xi:include} names relative to its own.
 */
final class SchemaXml {
    private static final String INCLUDES = "http://www.w3.org/2001/XInclude";

    /** The files that are being read, each included by the one before; empty where the schema is in hand. */
    private final List<Path> files = new ArrayList<>();

    private SchemaXml() {}

    static Element root(String xml) {
        try {
            return new SchemaXml().read(new InputSource(new StringReader(xml)));
        } catch (IOException e) {
            throw new AssertionError(e); // it reads no file
        }
    }

    static Element root(Path file) throws IOException {
        return new SchemaXml().read(file);
    }

    private Element read(Path file) throws IOException {
        files.add(file.toAbsolutePath());
        Element root = read(new InputSource(new ByteArrayInputStream(Files.readAllBytes(file))));
        files.remove(files.size() - 1);
        return root;
    }

    private Element read(InputSource source) throws IOException {
        try {
            DocumentBuilderFactory f = DocumentBuilderFactory.newInstance();
            f.setNamespaceAware(true);
            f.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            f.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true); // no files, no addresses
            DocumentBuilder builder = f.newDocumentBuilder();
            builder.setErrorHandler(new DefaultHandler()); // which prints nothing, as what is thrown says it
            Element root = builder.parse(source).getDocumentElement();
            include(root);
            return root;
        } catch (SAXException | ParserConfigurationException e) {
            String where =
                    files.isEmpty() ? "" : " (" + files.get(files.size() - 1).getFileName() + ")";
            throw new IllegalArgumentException("not an SBE schema" + where + ": " + e.getMessage(), e);
        }
    }

    private void include(Element in) throws IOException {
        for (Element e : children(in)) {
            if (INCLUDES.equals(e.getNamespaceURI()) && local(e).equals("include")) {
                Element root = read(included(e));
                in.replaceChild(in.getOwnerDocument().importNode(root, true), e);
            } else {
                include(e);
            }
        }
    }

    private Path included(Element include) throws IOException {
        String href = include.getAttribute("href");
        if (include.hasAttribute("xpointer")
                || href.contains("#")
                || !text(include, "parse", "xml").equals("xml")) {
            throw refused(href, "only whole files of XML are taken; give what is wanted a file of its own");
        }
        if (files.isEmpty()) {
            throw refused(
                    href, "a schema in hand has no place to look from; give files, SbeSchemas.problems(Path, Path)");
        }
        if (href.isEmpty() || !isRelative(href)) {
            throw refused(href, "files are taken that are named relative to the schema; put a copy beside it");
        }
        Path file = files.get(files.size() - 1).resolveSibling(URI.create(href).getPath());
        if (!Files.exists(file)) {
            String fallback =
                    hasFallback(include) ? ", whose xi:fallback is not taken: the schema would be another one" : "";
            throw new NoSuchFileException(file.toString(), null, "xi:include of " + href + " by " + files + fallback);
        }
        for (Path outer : files) {
            if (Files.isSameFile(outer, file)) {
                throw refused(href, "it is included by itself: " + files + "; leave one of them out");
            }
        }
        return file;
    }

    private static boolean hasFallback(Element include) {
        return children(include).stream()
                .anyMatch(e -> INCLUDES.equals(e.getNamespaceURI()) && local(e).equals("fallback"));
    }

    private static boolean isRelative(String href) {
        try {
            URI uri = URI.create(href);
            return !uri.isAbsolute()
                    && uri.getAuthority() == null
                    && !uri.getPath().startsWith("/");
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static IllegalArgumentException refused(String href, String why) {
        return new IllegalArgumentException("xi:include of " + (href.isEmpty() ? "no file" : href) + ": " + why);
    }

    // ---- what stands in an element

    static String local(Element e) {
        return e.getLocalName();
    }

    static List<Element> children(Element of) {
        List<Element> all = new ArrayList<>();
        for (Node n = of.getFirstChild(); n != null; n = n.getNextSibling()) {
            if (n instanceof Element e) {
                all.add(e);
            }
        }
        return all;
    }

    static String text(Element e, String name, String otherwise) {
        return e.hasAttribute(name) ? e.getAttribute(name) : otherwise;
    }

    static int number(Element e, String name, int otherwise) {
        if (!e.hasAttribute(name)) {
            return otherwise;
        }
        try {
            return Integer.parseInt(e.getAttribute(name));
        } catch (NumberFormatException x) {
            throw new IllegalArgumentException(
                    e.getAttribute("name") + ": " + name + " " + e.getAttribute(name) + " is no number", x);
        }
    }
}
