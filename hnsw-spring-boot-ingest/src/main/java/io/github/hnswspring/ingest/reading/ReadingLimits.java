package io.github.hnswspring.ingest.reading;

import java.time.Duration;

import org.springframework.util.unit.DataSize;

/**
 * What reading one file may take.
 *
 * @param maxFileSize the largest file that is read
 * @param maxCharacters the most text one document may contain
 * @param timeout how long reading one file in the isolated process may take
 * @param memory how much heap that process gets
 */
public record ReadingLimits(DataSize maxFileSize, int maxCharacters, Duration timeout, DataSize memory) {

}
