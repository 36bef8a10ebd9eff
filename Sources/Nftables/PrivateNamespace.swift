internal import CLinux
internal import Glibc

/// A thread in a network namespace of its own; both end together.
enum PrivateNamespace {
    private final class Work {
        let body: () -> Void
        var error: Int32 = 0

        init(_ body: @escaping () -> Void) {
            self.body = body
        }
    }

    /// Calls a closure in a new, empty namespace, and waits for it.
    ///
    /// The corresponding C function is `unshare`, with CLONE_NEWNET.
    static func run<Result>(
        _ body: @escaping () -> Swift.Result<Result, KernelError>
    ) throws(KernelError) -> Result {
        var result: Swift.Result<Result, KernelError>?
        let work = Work { result = body() }
        var thread = pthread_t()
        let error = pthread_create(
            &thread,
            nil,
            { argument in
                guard let argument else { return nil }
                let work = Unmanaged<Work>.fromOpaque(argument).takeRetainedValue()
                work.error = clinux_netns_unshare()
                if work.error == 0 { work.body() }
                return nil
            },
            Unmanaged.passRetained(work).toOpaque()
        )
        guard error == 0 else {
            Unmanaged.passUnretained(work).release()
            throw .system(call: "pthread_create", errno: error)
        }
        pthread_join(thread, nil)
        guard let result else { throw .system(call: "unshare", errno: work.error) }
        return try result.get()
    }
}
