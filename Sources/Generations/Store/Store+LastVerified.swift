import Glibc

/// When the table was last found to be as applied.
///
/// It is the time of an empty file: a check that needs no listing would otherwise have to replace the
/// head every minute. Nothing depends on it but what people are told.
extension Store {
    private var verifiedPath: String { "\(directory)/verified" }

    /// Records that the table is as applied now; where the store can't be written, nothing is recorded.
    public func noteVerified() {
        if utimensat(AT_FDCWD, verifiedPath, nil, AT_SYMLINK_NOFOLLOW) == 0 { return }
        guard errno == ENOENT else { return }
        let file = open(verifiedPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        if file >= 0 { close(file) }
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
