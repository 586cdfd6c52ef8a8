package io.isochrone.proxy.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.config.model.AccessLogSettings;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.FileReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class AccessLogTest {
    private static AccessLogSettings to(String target, int queueLines) {
        return new AccessLogSettings(target, queueLines, List.of("token"));
    }

    /** Takes lines; fails or waits as told. */
    private static final class Sink implements LogSink {
        final ByteArrayOutputStream written = new ByteArrayOutputStream();
        final CountDownLatch entered = new CountDownLatch(1);
        final CountDownLatch release = new CountDownLatch(1);
        final AtomicInteger failures = new AtomicInteger();
        boolean waits;

        @Override
        public void write(byte[] lines, int length) throws IOException {
            entered.countDown();
            if (waits) {
                try {
                    release.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            if (failures.getAndDecrement() > 0) {
                throw new IOException("No space left on device");
            }
            written.write(lines, 0, length);
        }

        @Override
        public void close() {}

        List<String> lines() {
            return written.toString(StandardCharsets.UTF_8).lines().toList();
        }
    }

    @Test
    void appendsOneLineForEachExchangeAndFlushesOnClose(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("access.log");
        Files.writeString(file, "before\n");

        try (AccessLog log = new AccessLog(to(file.toString(), 1000))) {
            for (int i = 0; i < 600; i++) {
                log.ended(Records.of("GET", "/n" + i));
            }
        }

        List<String> lines = Files.readAllLines(file);
        assertThat(lines).hasSize(601).first().isEqualTo("before");
        assertThat(lines.get(600)).contains("\"target\":\"/n599\"");
    }

    @Test
    void writesNothingAndDropsNothingWhenItIsOff() {
        try (AccessLog log = new AccessLog(to("off", 2))) {
            for (int i = 0; i < 10; i++) {
                log.ended(Records.of("GET", "/"));
            }

            assertThat(log.dropped()).isZero();
        }
    }

    @Test
    void dropsAndCountsBeyondTheQueueWhileTheDiskHangs() throws InterruptedException {
        Sink sink = new Sink();
        sink.waits = true;
        try (AccessLog log = new AccessLog(to("memory", 64), () -> sink)) {
            log.ended(Records.of("GET", "/first"));
            sink.entered.await();

            for (int i = 0; i < 1000; i++) {
                log.ended(Records.of("GET", "/n" + i));
            }

            assertThat(log.dropped()).isEqualTo(1000 - 64);
            sink.release.countDown();
        }
        assertThat(sink.lines()).hasSize(65);
    }

    @Test
    void countsLinesThatCouldNotBeWrittenAndGoesOnWhenTheDiskWorksAgain() throws InterruptedException {
        Sink sink = new Sink();
        sink.failures.set(1);
        AtomicInteger opened = new AtomicInteger();
        CountDownLatch again = new CountDownLatch(2);
        try (AccessLog log = new AccessLog(to("memory", 64), () -> {
            opened.incrementAndGet();
            again.countDown();
            return sink;
        })) {
            log.ended(Records.of("GET", "/lost"));
            int sent = 1;
            while (!again.await(5, TimeUnit.MILLISECONDS)) {
                log.ended(Records.of("GET", "/more"));
                sent++;
            }
            log.close();

            assertThat(opened).hasValue(2);
            List<String> lines =
                    sink.lines().stream().filter(line -> !line.isEmpty()).toList();
            assertThat(lines).isNotEmpty().allMatch(line -> line.startsWith("{") && line.endsWith("}"));
            assertThat(lines.size() + log.dropped()).isEqualTo(sent);
        }
    }

    @Test
    void aFileThatCannotBeOpenedCostsLinesOnly(@TempDir Path folder) {
        AccessLog log = new AccessLog(to(folder.resolve("missing/access.log").toString(), 64));
        for (int i = 0; i < 100; i++) {
            log.ended(Records.of("GET", "/"));
        }
        log.close();

        assertThat(log.dropped()).isEqualTo(100);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aPipeThatNobodyReadsNeitherBlocksNorKeepsTheProcess(@TempDir Path folder) throws Exception {
        Path pipe = folder.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        AccessLog log = new AccessLog(to(pipe.toString(), 64));

        for (int i = 0; i < 10_000; i++) {
            log.ended(Records.of("GET", "/n" + i));
        }

        assertThat(log.dropped()).isEqualTo(10_000 - 64);
        log.close();
        try (BufferedReader reader = new BufferedReader(new FileReader(pipe.toFile(), StandardCharsets.UTF_8))) {
            assertThat(reader.lines()).hasSize(64);
        }
    }

    @Test
    void cutsLongTargetsSoThatTheQueueStaysBounded() {
        Sink sink = new Sink();
        try (AccessLog log = new AccessLog(to("memory", 64), () -> sink)) {
            log.ended(Records.of("GET", "/" + "x".repeat(8000)));
        }

        assertThat(sink.lines()).hasSize(1);
        assertThat(sink.lines().get(0)).hasSizeLessThan(AccessLog.MAX_TARGET + 600);
    }
}
