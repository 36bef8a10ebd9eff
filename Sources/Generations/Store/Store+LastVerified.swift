import Glibc

/// When the table was last found to be as applied, and what was true then.
///
/// A check that needs no listing would otherwise have to replace the head every minute. Nothing depends
/// on the file's time but what people are told.
extension Store {
    private var verifiedPath: String { "\(directory)/verified" }

    /// Records that the table is as applied now, if a check has recorded that before.
    ///
    /// Where the store can't be written, nothing is recorded.
    func touchVerified() { utimensat(AT_FDCWD, verifiedPath, nil, AT_SYMLINK_NOFOLLOW) }

    /// The same, also if no check has recorded that before.
    public func noteVerified() {
        if lastVerified() == nil { writeVerified("") } else { touchVerified() }
    }

    /// Records that the table is as applied now, and what is true.
    func writeVerified(_ facts: String) {
        let temporary = verifiedPath + ".new"
        let flags = O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC
        let file = open(temporary, flags, 0o600)
        guard file >= 0 else { return }
        let count = facts.utf8.count
        let isWhole = facts.withCString { Glibc.write(file, $0, count) } == count
        close(file)
        // After a power loss the file may be empty; then the next check finds out again.
        if isWhole { rename(temporary, verifiedPath) } else { unlink(temporary) }
    }

    /// What was true when the table was last found to be as applied; empty if that is not known.
    func verifiedFacts() -> String {
        guard let bytes = try? read(verifiedPath) else { return "" }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Whether a check has written down that it found the table as applied in a boot.
    public func wasVerified(inBoot boot: String) -> Bool {
        verifiedFacts().split(separator: "\n").dropFirst().first.map { $0 == boot } ?? false
    }

    /// When the table was last found to be as applied: seconds since 1970, UTC; `nil` if that is not
    /// known.
    public func lastVerified() -> Int? {
        var status = stat()
        guard lstat(verifiedPath, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            return nil
        }
        return status.st_mtim.tv_sec
    }
}
