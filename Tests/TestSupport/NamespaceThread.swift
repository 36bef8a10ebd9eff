internal import CLinux
internal import CTestSupport
internal import Glibc

/// A thread in a network namespace of its own, on which tasks and closures run one at a time.
///
/// The namespace goes with the thread, and everything in it with the namespace.
public final class NamespaceThread: TaskExecutor, @unchecked Sendable {
    /// A system call that refused a namespace.
    public struct Refusal: Error, CustomStringConvertible {
        /// What was asked for, and the kernel's answer.
        public let description: String
    }

    private enum Work {
        case job(UnownedJob)
        case closure(() -> Void)
        case stop
    }

    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var work: [Work] = []
    private var thread = pthread_t()

    /// The thread's number, under which `ip link set … netns` finds its namespace.
    public private(set) var number: Int32 = 0

    /// Starts a thread and moves it into a new namespace with its loopback device up.
    public init() throws {
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(changed, nil)
        try Self.check(start(), "pthread_create")
        do {
            try run { [self] in
                try Self.check(clinux_netns_unshare(), "unshare(CLONE_NEWNET)")
                try Self.check(ctest_raise_loopback(), "raising lo")
                number = ctest_thread_id()
            }
        } catch {
            stop()
            throw error
        }
    }

    deinit {
        pthread_cond_destroy(changed)
        pthread_mutex_destroy(mutex)
        changed.deallocate()
        mutex.deallocate()
    }

    /// Runs a closure on the thread and waits for it.
    public func run<Result>(_ body: @escaping () throws -> Result) throws -> Result {
        if pthread_equal(pthread_self(), thread) != 0 { return try body() }
        var result: Swift.Result<Result, any Error>?
        let isDone = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)
        sem_init(isDone, 0, 0)
        add(
            .closure {
                result = Swift.Result { try body() }
                sem_post(isDone)
            }
        )
        while sem_wait(isDone) != 0 {}
        sem_destroy(isDone)
        isDone.deallocate()
        guard let result else { throw Refusal(description: "the thread has stopped") }
        return try result.get()
    }

    /// Lets the thread end once it has done what it was given so far.
    public func stop() { add(.stop) }

    /// Runs a part of a task on the thread.
    public func enqueue(_ job: consuming ExecutorJob) { add(.job(UnownedJob(job))) }

    private func start() -> Int32 {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setstacksize(&attributes, 8 << 20)
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        let error = pthread_create(
            &thread,
            &attributes,
            { argument in
                guard let argument else { return nil }
                Unmanaged<NamespaceThread>.fromOpaque(argument).takeRetainedValue().workOff()
                return nil
            },
            Unmanaged.passRetained(self).toOpaque()
        )
        if error != 0 { Unmanaged.passUnretained(self).release() }
        return error
    }

    private func workOff() {
        while true {
            switch next() {
            case .job(let job): job.runSynchronously(on: asUnownedTaskExecutor())
            case .closure(let body): body()
            case .stop: return
            }
        }
    }

    private func add(_ item: Work) {
        pthread_mutex_lock(mutex)
        work.append(item)
        pthread_cond_signal(changed)
        pthread_mutex_unlock(mutex)
    }

    private func next() -> Work {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while work.isEmpty { pthread_cond_wait(changed, mutex) }
        return work.removeFirst()
    }

    private static func check(_ error: Int32, _ call: String) throws {
        guard error != 0 else { return }
        throw Refusal(description: "\(call): \(String(cString: strerror(error)))")
    }
}
