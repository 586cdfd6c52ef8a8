package io.isochrone.control.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills a process that commits, by SIGKILL at moments from a seed, again and again on the same file. The product's goal is 100 kills:
 * {@code -Disochrone.kills=100}, and {@code -Disochrone.seed=N} for other moments.
 */
class SqliteKillTest {
    private static final int THREADS = 4;

    @TempDir
    Path folder;

    private final Map<Integer, Long> acknowledged = new HashMap<>();
    private long highest;

    @Test
    @Timeout(900)
    void losesNothingAcknowledgedAndKeepsNothingHalf() throws Exception {
        int kills = Integer.getInteger("isochrone.kills", 10);
        SplittableRandom random = new SplittableRandom(Long.getLong("isochrone.seed", 20261125));
        for (int kill = 0; kill < kills; kill++) {
            runAndKill(random.nextInt(1, 150), random.nextInt(0, 200_000));
            check(kill);
        }
    }

    private void runAndKill(int lines, int spins) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        CommitLoop.class.getName(),
                        folder.toString(),
                        "" + THREADS)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII))) {
            for (int i = 0; i < lines; i++) {
                String line = out.readLine();
                assertThat(line).as("the process commits").isNotNull();
                note(line);
            }
            for (int i = 0; i < spins; i++) {
                Thread.onSpinWait();
            }
            process.toHandle().destroyForcibly();
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                note(line);
            }
        } finally {
            process.destroyForcibly().waitFor();
        }
        assertThat(process.exitValue()).as("killed, not failed").isEqualTo(128 + 9);
    }

    /** A last line that the kill has cut is none. */
    private void note(String line) {
        String[] parts = line.split(" ");
        if (parts.length == 3 && !parts[2].isEmpty()) {
            acknowledged.merge(Integer.valueOf(parts[0]), Long.valueOf(parts[1]), Math::max);
            highest = Math.max(highest, Long.parseLong(parts[2]));
        }
    }

    private void check(int kill) {
        try (Store store = SqliteStore.open(folder)) {
            assertThat(store.list("").revision()).as("kill %d", kill).isGreaterThanOrEqualTo(highest);
            long total = 0;
            for (int thread = 0; thread < THREADS; thread++) {
                List<Entry> parts = store.list("loop/" + thread + "/").entries();
                if (parts.isEmpty()) {
                    assertThat(acknowledged).as("kill %d", kill).doesNotContainKey(thread);
                    continue;
                }
                assertThat(parts).as("kill %d", kill).hasSize(3);
                assertThat(parts.stream()
                                .map(each -> each.value() + "@" + each.revision())
                                .distinct())
                        .as("kill %d: whole commits", kill)
                        .hasSize(1);
                long count = Long.parseLong(parts.get(0).value());
                assertThat(count)
                        .as("kill %d: acknowledged by thread %d", kill, thread)
                        .isBetween(acknowledged.getOrDefault(thread, 0L), acknowledged.getOrDefault(thread, 0L) + 1);
                acknowledged.put(thread, count);
                total += count;
            }
            assertThat(store.list("").revision())
                    .as("kill %d: one revision each", kill)
                    .isEqualTo(total);
            List<PastChange> history = store.history(0, 100);
            for (int i = 0; i < history.size(); i++) {
                assertThat(history.get(i).revision())
                        .as("kill %d: history", kill)
                        .isEqualTo(total - i);
            }
        }
    }
}
