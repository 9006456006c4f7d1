package io.millrace.sbe;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Whether one version of a schema is in order, whatever the one before it had: what is younger than the schema, what stands within something
 * else, what was there later than what stands behind it.
 */
record SchemaOrder(int version, List<String> found) {
    void message(SchemaModel.Block of) {
        below(of.name(), of.since());
        block(of.name(), of);
    }

    private void block(String where, SchemaModel.Block block) {
        for (SchemaModel.Field f : block.fields()) {
            String name = where + "." + f.name();
            below(name, f.since());
            f.type().values().forEach((v, is) -> below(value(name, v, is), is.since()));
            distinct(name, f.type().values());
        }
        places(where, block);
        parts(where, block.groups());
        parts(where, block.data());
        for (SchemaModel.Part g : block.groups()) {
            block(where + "." + g.name(), g.block());
        }
    }

    static String value(String where, String name, SchemaModel.Choice of) {
        return where + ": value " + name + " (" + of.value() + ")";
    }

    private void below(String name, int since) {
        if (since > version) {
            found.add(name + ": sinceVersion " + since + " is above the version " + version
                    + " of the schema; its own readers would not look for it");
        }
    }

    /** Each value has one name. Those of a composite have the name of their part in front. */
    private void distinct(String name, Map<String, SchemaModel.Choice> values) {
        Map<String, String> first = new HashMap<>(); // form: hash-ordered, never iterated
        values.forEach((v, is) -> {
            String had = first.putIfAbsent(v.substring(0, v.lastIndexOf('.') + 1) + "=" + is.value(), v);
            if (had != null) {
                found.add(value(name, v, is) + " is that of " + had + " as well; readers cannot tell them apart");
            }
        });
    }

    /** By where they stand: a message of some version ends behind the fields that this had. */
    private void places(String where, SchemaModel.Block block) {
        List<SchemaModel.Field> inOrder = new ArrayList<>(block.fields());
        inOrder.removeIf(f -> f.length() == 0);
        inOrder.sort(Comparator.comparingInt(SchemaModel.Field::offset));
        SchemaModel.Field before = null;
        SchemaModel.Field youngest = null;
        for (SchemaModel.Field f : inOrder) {
            if (before != null && f.offset() < before.end()) {
                found.add(where + "." + f.name() + ": stands at " + f.offset() + ", within " + before.name()
                        + ", which ends at " + before.end() + "; each would be read as the other");
            }
            if (youngest != null && f.since() < youngest.since()) {
                found.add(where + "." + f.name() + ": sinceVersion " + f.since() + " stands behind " + youngest.name()
                        + " of sinceVersion " + youngest.since() + "; messages of version " + f.since()
                        + " have it where " + youngest.name() + " stands now, and readers look for it behind that");
            }
            if (f.since() <= version && (youngest == null || f.since() > youngest.since())) {
                youngest = f;
            }
            before = f;
        }
        if (before != null && block.blockLength() < before.end()) {
            found.add(where + ": blockLength " + block.blockLength() + " is less than its fields take, "
                    + before.end() + " bytes; readers look behind it for what follows, which is within "
                    + before.name());
        }
    }

    private void parts(String where, List<SchemaModel.Part> parts) {
        SchemaModel.Part youngest = null;
        for (SchemaModel.Part p : parts) {
            below(where + "." + p.name(), p.since());
            if (youngest != null && p.since() < youngest.since()) {
                found.add(where + "." + p.name() + ": sinceVersion " + p.since() + " stands behind " + youngest.name()
                        + " of sinceVersion " + youngest.since() + "; messages of version " + p.since()
                        + " have it where " + youngest.name() + " stands now");
            }
            if (p.since() <= version && (youngest == null || p.since() > youngest.since())) {
                youngest = p;
            }
        }
    }
}
