package io.isochrone.proxy.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FileBudgetTest {
    @ParameterizedTest
    @CsvSource({
        "512,180,204",
        "1024,180,652",
        "20000,0,17436",
        "1048576,180,917260",
        "100,90,16",
        "0,50,2147483647",
        "-1,-1,2147483647"
    })
    void leavesDescriptorsForWhatAreNoClients(long files, long open, int connections) {
        assertThat(FileBudget.mostConnections(files, open)).isEqualTo(connections);
    }
}
