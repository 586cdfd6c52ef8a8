package io.isochrone.control.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretBoxTest {
    @TempDir
    Path folder;

    @Test
    void opensWhatItSealedAlsoAfterARestart() throws IOException {
        String sealed = SecretBox.open(folder).seal("secrets/a", "grüezi");

        assertThat(sealed).startsWith("v1.").doesNotContain("grüezi");
        assertThat(SecretBox.open(folder).unseal("secrets/a", sealed)).isEqualTo("grüezi");
        assertThat(folder).isDirectoryContaining("glob:**" + SecretBox.FILE);
    }

    @Test
    void sealsTheSameDifferentlyEachTime() throws IOException {
        SecretBox box = SecretBox.open(folder);

        assertThat(box.seal("a", "x")).isNotEqualTo(box.seal("a", "x"));
    }

    @Test
    void givesTheKeyToItsOwnerAlone() throws IOException {
        SecretBox.open(folder);
        Path file = folder.resolve(SecretBox.FILE);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        assertThatThrownBy(() -> SecretBox.open(folder)).hasMessageContaining("mode rw-r----- (expected: rw-------)");
    }

    @Test
    void refusesAKeyFileThatHoldsNone() throws IOException {
        SecretBox.open(folder);
        Path file = folder.resolve(SecretBox.FILE);
        for (String damaged : List.of("", "AAAA\n", "not base 64 €", "A".repeat(2000))) {
            Files.writeString(file, damaged);

            assertThatThrownBy(() -> SecretBox.open(folder))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("(expected: 32 bytes in Base64)");
        }
    }

    @Test
    void opensNothingThatWasSealedElsewhereOrChanged() throws IOException {
        SecretBox box = SecretBox.open(folder);
        String sealed = box.seal("a", "x");
        int last = sealed.length() - 6;
        String changed =
                sealed.substring(0, last) + (sealed.charAt(last) == 'A' ? 'B' : 'A') + sealed.substring(last + 1);

        assertThatThrownBy(() -> box.unseal("b", sealed)).isInstanceOf(SecretBox.UnsealException.class);
        assertThatThrownBy(() -> box.unseal("a", changed)).isInstanceOf(SecretBox.UnsealException.class);
        assertThatThrownBy(() -> box.unseal("a", sealed.substring(0, 20)))
                .isInstanceOf(SecretBox.UnsealException.class);
        assertThatThrownBy(() -> SecretBox.of(new byte[32]).unseal("a", sealed))
                .hasMessageContaining("sealed with another key");
    }

    @Test
    void agreesOnOneKeyWhenManyStartAtOnce() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Callable<SecretBox>> starts = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                starts.add(() -> SecretBox.open(folder));
            }
            List<SecretBox> boxes = new ArrayList<>();
            for (Future<SecretBox> each : threads.invokeAll(starts)) {
                boxes.add(each.get());
            }

            String sealed = boxes.get(0).seal("a", "x");
            assertThat(boxes)
                    .allSatisfy(box -> assertThat(box.unseal("a", sealed)).isEqualTo("x"));
        } finally {
            threads.shutdownNow();
        }
    }
}
