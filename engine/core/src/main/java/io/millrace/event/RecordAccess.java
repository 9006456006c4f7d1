package io.millrace.event;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;

/** Reaches into a user's record: its components, accessors and canonical constructor, public or not. */
final class RecordAccess {
    private RecordAccess() {}

    static RecordComponent[] components(Class<?> record, FieldName name) {
        RecordComponent[] components = record.getRecordComponents();
        if (components == null) {
            throw new IllegalArgumentException(name + ": " + record.getName() + " is not a record class; use a record");
        }
        return components;
    }

    static MethodHandle[] accessors(Class<?> record, FieldName name) {
        RecordComponent[] components = components(record, name);
        MethodHandle[] accessors = new MethodHandle[components.length];
        for (int i = 0; i < components.length; i++) {
            accessors[i] = accessor(record, components[i], name);
        }
        return accessors;
    }

    private static MethodHandle accessor(Class<?> record, RecordComponent component, FieldName name) {
        try {
            return MethodHandles.lookup().unreflect(open(record, component.getAccessor(), name));
        } catch (IllegalAccessException e) {
            throw closed(record, name, e);
        }
    }

    static MethodHandle constructor(Class<?> record, FieldName name) {
        RecordComponent[] components = components(record, name);
        Class<?>[] types = new Class<?>[components.length];
        for (int i = 0; i < types.length; i++) {
            types[i] = components[i].getType();
        }
        try {
            Constructor<?> constructor = open(record, record.getDeclaredConstructor(types), name);
            return MethodHandles.lookup().unreflectConstructor(constructor);
        } catch (IllegalAccessException e) {
            throw closed(record, name, e);
        } catch (NoSuchMethodException e) {
            throw new AssertionError("a record without its canonical constructor: " + record, e);
        }
    }

    private static <A extends AccessibleObject> A open(Class<?> record, A member, FieldName name) {
        if (!member.trySetAccessible()) {
            throw closed(record, name, null);
        }
        return member;
    }

    private static IllegalArgumentException closed(Class<?> record, FieldName name, Throwable cause) {
        Module ours = RecordAccess.class.getModule();
        String to = ours.isNamed() ? " to " + ours.getName() : "";
        return new IllegalArgumentException(
                name + ": " + record.getName() + " cannot be reached; add `opens " + record.getPackageName() + to
                        + ";` to the module-info of " + record.getModule().getName()
                        + ", or make the record public in an exported package",
                cause);
    }
}
