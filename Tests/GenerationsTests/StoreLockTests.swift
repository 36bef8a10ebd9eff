import Glibc
import TestSupport
import Testing

@testable import Generations

@Suite struct StoreLockTests {
    let scratch: ScratchDirectory
    private var path: String { "\(scratch.path)/lock" }

    init() throws { scratch = try ScratchDirectory() }

    private func take(
        _ note: String,
        seconds: Int,
        waiting: (String) -> Void = { _ in }
    ) throws -> StoreLock {
        try StoreLock.take(
            in: scratch.path,
            waitingUpTo: seconds,
            note: note,
            waiting: waiting
        )
    }

    @Test func `whoever comes second is told of the first, and gets it when the first ends`() throws
    {
        var first: StoreLock? = try take("`redirctl apply a.yaml` (process 1)", seconds: 0)
        var told: [String] = []
        let second = try take("second", seconds: 10) { holder in
            told.append(holder)
            first = nil
        }
        #expect(told == ["`redirctl apply a.yaml` (process 1)"])
        #expect(first == nil)
        #expect(String(decoding: try TestFile.read(path), as: UTF8.self) == "second")
        withExtendedLifetime(second) {}
    }

    @Test func `whoever does not want to wait is told of the first at once`() throws {
        let first = try take("the first", seconds: 0)
        #expect(throws: ApplyError.locked(by: "the first")) {
            try take("second", seconds: 0) { _ in Issue.record("it was to wait") }
        }
        withExtendedLifetime(first) {}
    }

    @Test func `patience has an end`() throws {
        let first = try take("the first", seconds: 0)
        let clock = ContinuousClock()
        let time = clock.measure {
            #expect(throws: ApplyError.locked(by: "the first")) { try take("", seconds: 1) }
        }
        #expect(time >= .seconds(1))
        #expect(time < .seconds(10))
        withExtendedLifetime(first) {}
    }

    @Test func `a failed attempt leaves the holder's note alone`() throws {
        let first = try take("the first", seconds: 0)
        _ = try? take("second", seconds: 0)
        #expect(String(decoding: try TestFile.read(path), as: UTF8.self) == "the first")
        withExtendedLifetime(first) {}
    }

    @Test func `a child that has the descriptor keeps the lock when its parent lets go`() throws {
        var parent: StoreLock? = try take("the parent", seconds: 0)
        let child = try spawnSleeper(inheriting: try #require(parent?.file))
        parent = nil
        #expect(throws: ApplyError.self) { try take("second", seconds: 0) }
        kill(child, SIGKILL)
        waitpid(child, nil, 0)
        _ = try take("second", seconds: 10)
    }

    @Test func `a holder that is killed takes the lock with it, and its note is replaced`() throws {
        let holder = try Program([
            "flock", "--no-fork", path, "sh", "-c",
            "printf 'the killed one' >\(path); exec sleep 99",
        ])
        while (try? TestFile.read(path))?.isEmpty ?? true { usleep(1000) }
        #expect(throws: ApplyError.locked(by: "the killed one")) { try take("second", seconds: 0) }
        holder.signal(SIGKILL)
        #expect(try holder.wait().status == 128 + SIGKILL)
        let second = try take("second", seconds: 10)
        #expect(String(decoding: try TestFile.read(path), as: UTF8.self) == "second")
        withExtendedLifetime(second) {}
    }

    @Test func `a lock that is a link is not followed`() throws {
        #expect(symlink("\(scratch.path)/elsewhere", path) == 0)
        #expect(throws: StoreError.system(call: "open", path: path, errno: ELOOP)) {
            try take("", seconds: 0)
        }
        #expect(access("\(scratch.path)/elsewhere", F_OK) != 0)
    }

    private func spawnSleeper(inheriting file: Int32) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, file, 9)
        let words: [String] = ["sleep", "99"]
        var arguments = words.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var child = pid_t()
        let error = posix_spawnp(&child, "sleep", &actions, nil, &arguments, environ)
        #expect(error == 0)
        return child
    }
}
