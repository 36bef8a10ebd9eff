internal import Glibc

/// A thread that begins at once, however busy Swift's own threads are.
public final class BackgroundThread<Result: Sendable> {
    private final class Outcome: @unchecked Sendable {
        var result: Result?
    }

    private let outcome = Outcome()
    private var thread = pthread_t()

    /// Starts a thread, in the calling thread's namespaces.
    public init(_ body: @escaping @Sendable () -> Result) {
        let work = ThreadWork { [outcome] in outcome.result = body() }
        pthread_create(
            &thread,
            nil,
            { argument in
                guard let argument else { return nil }
                Unmanaged<ThreadWork>.fromOpaque(argument).takeRetainedValue().body()
                return nil
            },
            Unmanaged.passRetained(work).toOpaque()
        )
    }

    /// Waits for the thread, once, and returns what it found.
    public func result() throws -> Result {
        pthread_join(thread, nil)
        guard let result = outcome.result else {
            throw NamespaceThread.Refusal(description: "the thread did not start")
        }
        return result
    }
}

/// What a thread is to do, in a form that C can carry.
private final class ThreadWork {
    let body: () -> Void

    init(_ body: @escaping () -> Void) { self.body = body }
}
