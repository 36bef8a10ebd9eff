import CTestSupport
import Glibc
import Nftables
import TestSupport
import Testing

/// What happens to a transaction while libnftables is at work on it, in its own process.
@Suite(.networkNamespace) struct LongCommitTests {
    /// Enough to keep libnftables busy for about a second.
    static let commands =
        ["add table inet t", "add chain inet t output { type nat hook output priority -105; }"]
        + (0..<20_000).map { "add rule inet t output tcp dport \($0 % 60_000 + 1) redirect to :80" }

    /// Waits until a thread has forked, and returns its child.
    static func child(of thread: Int32) -> pid_t? {
        for _ in 0..<10_000 {
            if let file = fopen("/proc/self/task/\(thread)/children", "r") {
                defer { fclose(file) }
                var line = [CChar](repeating: 0, count: 64)
                if fgets(&line, Int32(line.count), file) != nil {
                    return pid_t(atoi(line))
                }
            }
            usleep(1000)
        }
        return nil
    }

    @Test func `signals to the process group do not reach libnftables`() throws {
        let thread = ctest_thread_id()
        let meddling = BackgroundThread {
            guard let child = Self.child(of: thread) else { return 0 }
            var sent = 0
            for _ in 0..<20 {
                for signal in [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGALRM, SIGTSTP] {
                    sent += kill(child, signal) == 0 ? 1 : 0
                }
                usleep(10_000)
            }
            return sent
        }
        try NftKernel().commit(Self.commands)
        #expect(try meddling.result() > 0)
        #expect(try NftKernel().generationID() == 2)
    }

    @Test func `a killed libnftables is an error, and nothing has changed`() throws {
        let thread = ctest_thread_id()
        let meddling = BackgroundThread { Self.child(of: thread).map { kill($0, SIGKILL) } }
        #expect(throws: KernelError.libraryDied(status: "killed by signal 9 (SIGKILL)", output: ""))
        {
            try NftKernel().commit(Self.commands)
        }
        #expect(try meddling.result() == 0)
        #expect(try NftKernel().generationID() == 1)
    }

    @Test func `the lock is held until libnftables ends, even if the parent ends before`() throws {
        let path = "/tmp/redirctl-lock-\(getpid())-\(ctest_thread_id())"
        let lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        defer { unlink(path) }
        try #require(flock(lock, LOCK_EX) == 0)
        let thread = ctest_thread_id()
        let other = BackgroundThread { () -> [Int32] in
            guard Self.child(of: thread) != nil else { return [] }
            usleep(50_000)
            // The end of a process closes its files, and no more than that.
            close(lock)
            let waiting = open(path, O_RDWR | O_CLOEXEC)
            defer { close(waiting) }
            let during = flock(waiting, LOCK_EX | LOCK_NB)
            let reason = errno
            return [during, reason, flock(waiting, LOCK_EX)]
        }
        try NftKernel(holding: lock).commit(Self.commands)
        #expect(try other.result() == [-1, EWOULDBLOCK, 0])
    }
}
