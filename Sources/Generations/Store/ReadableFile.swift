import Glibc

/// A file outside the store that others may read.
public enum ReadableFile {
    /// Replaces a file's content: a reader sees the old bytes or the new ones, never a part.
    ///
    /// Unlike those of the store, such files are written without a lock.
    public static func replace(_ path: String, with bytes: [UInt8]) throws(StoreError) {
        let temporary = "\(path).\(getpid()).new"
        do throws(StoreError) {
            try DurableFiles.replace(path, with: bytes, mode: 0o644, through: temporary)
        } catch {
            unlink(temporary)
            throw error
        }
    }
}
