import Generations
import Glibc
import Reporting

/// A file with metrics for the textfile collector of Prometheus's node exporter.
enum MetricsFile {
    /// Replaces the file; a reader sees the old metrics or the new ones, never a part.
    static func write(_ tables: [TableMetrics], to path: String) throws {
        var status = stat()
        if lstat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
            throw Failure("\(path) is not a regular file, so it is not replaced by metrics")
        }
        try ReadableFile.write(MetricsText(tables, at: .now).text, to: path)
    }
}
