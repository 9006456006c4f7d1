package io.millrace.topology;

import io.millrace.event.EventType;
import io.millrace.operator.Outside;
import io.millrace.operator.Updates;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A node while its topology is being built. */
final class NodeDraft {
    final TopologyNode.Kind kind;
    String name;

    /** The one made from word and line, where it has one made of those of others in its place; else null. */
    String nameOfLine;

    Object content;
    final List<Port> inputs;
    final List<EventType<?>> types;
    KeyInfo key;
    final String site;
    String thread;
    boolean originBase;

    /** Whether it may lead nowhere. */
    boolean isEnd;

    /** The table whose rows it brings, or null. */
    String table;

    /** The section of parallel keys that it belongs to, or null. */
    String section;

    /** Within which time events should come out, by output; nothing where none is declared. */
    final Map<Integer, Long> budgetNs = new LinkedHashMap<>();

    /** What user code in it reads that is not in the log, as declared. */
    final List<Outside> outside = new ArrayList<>();

    /** What else than inserts comes out of it, by output; none where nothing is said. */
    final List<Updates> updates = new ArrayList<>();

    /** Whether what its outputs carry is not known, because it or something before it could not be made. */
    boolean unknown;

    /** Whether what comes to it may have fields that are not shown. */
    boolean takesSensitive;

    NodeDraft(
            TopologyNode.Kind kind,
            String name,
            Object content,
            List<Port> inputs,
            List<EventType<?>> types,
            KeyInfo key,
            String site) {
        this.kind = kind;
        this.name = name;
        this.content = content;
        this.inputs = new ArrayList<>(inputs);
        this.types = types;
        this.key = key;
        this.site = site;
    }

    /** Whether that is of several windows of one key, by output. */
    final List<Boolean> ofWindows = new ArrayList<>();

    /** Whether updates come out of it by a key that it has lost: they are meant by that, not by the one they are given next. */
    boolean byLostKey;

    /** Whether updates by key come out of it that something else than a window has made. */
    boolean byOtherThanWindows;

    boolean ofWindows(int port) {
        return port < ofWindows.size() && ofWindows.get(port);
    }

    Updates updates(int port) {
        return port < updates.size() ? updates.get(port) : Updates.NONE;
    }

    /** Whether what an output carries may have fields that are not shown: what has no layout may hold whatever came in. */
    boolean isSensitive(int port) {
        EventType<?> type = port < types.size() ? types.get(port) : null;
        return type == null ? takesSensitive : type.hasSensitive();
    }

    void nameAfter(String made) {
        nameOfLine = name;
        name = made;
    }

    /** Whether it can leave its name to a node that was given it; it has its own again then. */
    boolean yieldsName() {
        if (nameOfLine == null) {
            return false;
        }
        name = nameOfLine;
        nameOfLine = null;
        return true;
    }

    String where() {
        String shown = Names.printable(name);
        return site.isEmpty() ? shown : shown + " (" + site + ")";
    }
}
