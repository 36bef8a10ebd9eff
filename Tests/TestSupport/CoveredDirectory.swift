internal import CTestSupport
internal import Glibc

/// Runs a closure on a thread that sees an empty directory in the place of one.
///
/// Threads inherit what the thread that starts them sees, those of Swift's own pool as well: none
/// may be started meanwhile, and so the closure can't wait for anything.
public func withCoveredDirectory<Result>(
    _ path: String,
    _ body: () throws -> Result
) throws -> Result {
    var before: Int32 = -1
    let error = ctest_cover_directory(path, &before)
    defer { _ = ctest_uncover(before) }
    guard error == 0 else {
        let reason = String(cString: strerror(error))
        throw NamespaceThread.Refusal(description: "covering \(path): \(reason)")
    }
    return try body()
}
