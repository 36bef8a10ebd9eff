internal import Glibc
internal import Nftables
public import Testing

/// Runs every test case in a network namespace of its own, empty but for the loopback device.
///
/// Where that can't be, the test is passed by; where `REDIRCTL_REQUIRE_KERNEL` is set, as by `make
/// test`, it fails.
public struct NetworkNamespaceTrait: TestTrait, SuiteTrait, TestScoping {
    /// What keeps this process from making namespaces, or nothing.
    public static let mismatch: String? = {
        do {
            let thread = try NamespaceThread()
            defer { thread.stop() }
            return try thread.run {
                do {
                    _ = try NftKernel().generationID()
                    return nil
                } catch {
                    return "nf_tables: \(error)"
                }
            }
        } catch {
            return "\(error)"
        }
    }()

    /// Holds for the tests of a suite as well.
    public let isRecursive = true

    /// Passes the test by where it can't be run, and says why.
    public func prepare(for test: Test) async throws {
        if let mismatch = Self.mismatch, getenv("REDIRCTL_REQUIRE_KERNEL") == nil {
            try Test.cancel("\(mismatch); run `make test` or `unshare -rnm swift test`")
        }
    }

    /// Runs a test case on a thread in a new namespace.
    public func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @Sendable () async throws -> Void
    ) async throws {
        let thread = try NamespaceThread()
        defer { thread.stop() }
        try await withTaskExecutorPreference(thread) { try await function() }
    }
}

extension Trait where Self == NetworkNamespaceTrait {
    /// A network namespace for each test case.
    public static var networkNamespace: Self { Self() }
}
