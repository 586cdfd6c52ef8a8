package io.isochrone.control.store;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A process that commits as fast as it can until it is killed, and prints {@code THREAD COUNT REVISION} for each commit that was
 * acknowledged. Each commit of a thread puts the same count under three keys.
 */
final class CommitLoop {
    private CommitLoop() {}

    static String key(int thread, int part) {
        return "loop/" + thread + "/" + part;
    }

    public static void main(String[] args) throws Exception {
        Store store = SqliteStore.open(Path.of(args[0]));
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < Integer.parseInt(args[1]); i++) {
            int thread = i;
            threads.add(new Thread(() -> run(store, thread)));
        }
        for (Thread each : threads) {
            each.start();
        }
        for (Thread each : threads) {
            each.join();
        }
    }

    private static void run(Store store, int thread) {
        Entry entry = store.get(key(thread, 0));
        long count = entry == null ? 0 : Long.parseLong(entry.value());
        while (true) {
            count++;
            Change.Builder change = Change.by(new Change.Audit("loop", "count " + count));
            for (int part = 0; part < 3; part++) {
                change.put(key(thread, part), "" + count);
            }
            long revision = store.commit(change.build());
            System.out.println(thread + " " + count + " " + revision);
        }
    }
}
