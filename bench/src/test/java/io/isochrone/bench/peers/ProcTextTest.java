package io.isochrone.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class ProcTextTest {
    private static final String STAT =
            "4063 (a ) (b) R 4054 4054 2317 0 -1 4194304 120 0 0 0 70 5 3 1 20 0 1 0 5024002 3850240 487";

    @Test
    void addsUpTheTimesOfAProcessWhoseNameHasBracketsAndOfItsEndedChildren() {
        assertThat(ProcText.ticksWithEnded(STAT)).isEqualTo(79);
        assertThat(ProcText.isKernel(STAT)).isFalse();
    }

    @Test
    void knowsThreadsOfTheKernelByTheirParent() {
        assertThat(ProcText.isKernel("2 (kthreadd) S 0 0 0 0 -1 2129984 0 0 0 0 0 0 0 0"))
                .isTrue();
        assertThat(ProcText.isKernel("15 (ksoftirqd/0) S 2 0 0 0 -1 69238848 0 0 0 0 0 9 0 0"))
                .isTrue();
    }

    @Test
    void readsWhatOtherMachinesTook() {
        assertThat(ProcText.stolenTicks("cpu  2184077 7 272355 7472909 3350 1 67906 1838 0 0\ncpu0 1 2 3\n"))
                .isEqualTo(1838);
    }

    @Test
    void refusesWhatIsNoStat() {
        assertThatThrownBy(() -> ProcText.ticksWithEnded("nothing"))
                .hasMessage("stat: \"nothing\" (expected: a line of /proc/PID/stat)");
        assertThatThrownBy(() -> ProcText.stolenTicks("intr 1\n")).hasMessageContaining("expected: cpu");
    }

    @Test
    void readsStatus() {
        String status = "Name:\tnginx\nVmRSS:\t   17504 kB\nCpus_allowed:\t3\nCpus_allowed_list:\t0-1\n";

        assertThat(ProcText.residentKib(status)).isEqualTo(17504);
        assertThat(ProcText.allowedCpus(status)).isEqualTo("0-1");
        assertThat(ProcText.residentKib("")).isZero();
        assertThat(ProcText.allowedCpus("")).isEmpty();
    }

    @Test
    void addsUpTheGenerationsOfASerialHeap() {
        ProcText.Heap heap = ProcText.heap("""
                4107:
                 def new generation   total 19648K, used 349K [0x00000000e0000000, 0x00000000e1550000, 0x00000000eaaa0000)
                  eden space 17472K,   2% used [0x00000000e0000000, 0x00000000e0057438, 0x00000000e1110000)
                 tenured generation   total 43712K, used 5000K [0x00000000eaaa0000, 0x00000000ed550000, 0x0000000100000000)
                 Metaspace       used 30000K, committed 30400K, reserved 1114112K
                """);

        assertThat(heap).isEqualTo(new ProcText.Heap(5349, 0xe0000000L, 0x100000000L));
    }

    @Test
    void readsAHeapOfG1() {
        ProcText.Heap heap = ProcText.heap(
                " garbage-first heap   total 65536K, used 2000K [0x00000000e0000000, 0x0000000100000000)\n");

        assertThat(heap).isEqualTo(new ProcText.Heap(2000, 0xe0000000L, 0x100000000L));
    }

    @Test
    void refusesAHeapThatItDoesNotKnow() {
        assertThatThrownBy(() -> ProcText.heap("4107:\nCommand failed\n")).hasMessageContaining("a generation's use");
    }

    @Test
    void addsUpWhatIsResidentOutsideTheHeap() {
        String smaps = """
                e0000000-e1550000 rw-p 00000000 00:00 0
                Size:              21824 kB
                Rss:               20000 kB
                Pss:               20000 kB
                eaaa0000-ed550000 rw-p 00000000 00:00 0
                Rss:                5000 kB
                7f0000000000-7f0000021000 rw-p 00000000 00:00 0                          [heap]
                Rss:                  40 kB
                ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0                  [vsyscall]
                Rss:                   2 kB
                """;

        assertThat(ProcText.residentOutside(smaps, new ProcText.Heap(1, 0xe0000000L, 0x100000000L)))
                .isEqualTo(42);
    }
}
