package dev.sandmill.vectorizer.store.lucene;

import dev.sandmill.vectorizer.store.Fidelity;
import dev.sandmill.vectorizer.store.Partition;
import dev.sandmill.vectorizer.store.Probe;
import java.util.Collection;
import java.util.List;

/// Who knows which rows' vectors are near a probe's, where the index itself does not search them.
public interface Neighbours {
    /// Names of rows of that kind, the nearest first. Where fewer of them are rows of the index than the probe asks
    /// for, the index compares its own vectors one by one instead.
    List<String> of(Fidelity fidelity, Probe probe, Collection<Partition> partitions);

    /// Names that were given and are no committed row's.
    void strangers(List<String> names);
}
