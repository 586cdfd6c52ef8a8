package io.isochrone.config.read;

import io.isochrone.config.model.HostPort;
import io.isochrone.config.model.PemFile;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A record as lines {@code path = value}, one for each leaf, in the order of its components. */
final class Flat {
    private Flat() {}

    static List<String> of(Object value) {
        List<String> lines = new ArrayList<>();
        add("", value, lines);
        return lines;
    }

    private static void add(String path, Object value, List<String> lines) {
        if (value instanceof List<?> list && !list.isEmpty()) {
            for (int i = 0; i < list.size(); i++) {
                add(path + "[" + i + "]", list.get(i), lines);
            }
        } else if (value instanceof Map<?, ?> map && !map.isEmpty()) {
            Map<Object, Object> sorted = new TreeMap<>(map);
            sorted.forEach((key, inside) -> add(path + "." + key, inside, lines));
        } else if (value instanceof Record && !(value instanceof HostPort) && !(value instanceof PemFile)) {
            for (RecordComponent component : value.getClass().getRecordComponents()) {
                String name = path.isEmpty() ? component.getName() : path + "." + component.getName();
                add(name, component(component, value), lines);
            }
        } else {
            lines.add(path + " = " + value);
        }
    }

    private static Object component(RecordComponent component, Object of) {
        try {
            return component.getAccessor().invoke(of);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("the records are public", e);
        }
    }
}
