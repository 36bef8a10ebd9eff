import Glibc
import TestSupport
import Testing

@testable import TrustedFiles

/// The walk to a file, and reading it.
@Suite struct CheckedFileTests {
    private let scratch: ScratchDirectory
    private let trust = Trust(user: geteuid())

    init() throws {
        scratch = try ScratchDirectory()
        try scratch.write("text", to: "file")
        #expect(mkdir(path("directory"), 0o755) == 0)
    }

    private func path(_ name: String) -> String { "\(scratch.path)/\(name)" }

    private func link(_ name: String, to target: String) {
        #expect(symlink(target, path(name)) == 0)
    }

    private func contents(_ path: String, upTo limit: Int = 100) throws(FileError) -> String? {
        try CheckedFile(path: path, trusting: trust).contents(upTo: limit)
            .map { String(decoding: $0, as: UTF8.self) }
    }

    private func error(_ path: String) -> FileError? {
        do throws(FileError) {
            _ = try contents(path)
            return nil
        } catch {
            return error
        }
    }

    @Test func `a path leads to the same file as in the kernel`() throws {
        link("relative", to: "file")
        link("absolute", to: path("file"))
        link("directory/up", to: "../file")
        link("down", to: "directory/")
        for name in [
            "file", "./file", "directory/../file", "//file", "relative", "absolute", "directory/up",
            "down/up", "down/../absolute",
        ] {
            #expect(try contents(path(name)) == "text", "\(name)")
        }
        let text = try CheckedFile(path: path("down/up"), trusting: trust)
        #expect(text.name == path("down/up"))
        #expect(text.dangers.isEmpty)
    }

    @Test func `names of any bytes are followed`() throws {
        let odd: [CChar] = Array((path("") + "x").utf8CString.dropLast()) + [-1, 0]
        #expect(rename(path("file"), odd) == 0)
        #expect(symlink(Array(odd.suffix(3)), path("link")) == 0)
        #expect(try contents(path("link")) == "text")
    }

    @Test func `a file that is missing or can't be opened is an error`() {
        link("dangling", to: "nowhere")
        link("loop", to: "loop")
        link("file-as-directory", to: "file/")
        #expect(error(path("nowhere")) == .cannotOpen(path: path("nowhere"), errno: ENOENT))
        #expect(error(path("dangling")) == .cannotOpen(path: path("dangling"), errno: ENOENT))
        #expect(error("") == .cannotOpen(path: "", errno: ENOENT))
        #expect(error(path("loop")) == .cannotOpen(path: path("loop"), errno: ELOOP))
        for name in ["file/x", "file/", "file-as-directory"] {
            #expect(error(path(name)) == .cannotOpen(path: path(name), errno: ENOTDIR))
        }
        let long = String(repeating: "x", count: 256)
        #expect(error(path(long)) == .cannotOpen(path: path(long), errno: ENAMETOOLONG))
    }

    @Test func `forty links are followed and no more`() throws {
        link("0", to: "file")
        for number in 1...40 { link("\(number)", to: "\(number - 1)") }
        #expect(try contents(path("39")) == "text")
        #expect(error(path("40")) == .cannotOpen(path: path("40"), errno: ELOOP))
    }

    @Test func `only regular files are opened`() {
        #expect(mkfifo(path("pipe"), 0o600) == 0)
        link("to-pipe", to: "pipe")
        let names =
            ["/", "/dev/null", "/dev/zero", "/dev/tty"]
            + ["directory", "pipe", "to-pipe"].map(path)
        for name in names { #expect(error(name) == .notARegularFile(path: name), "\(name)") }
    }

    @Test func `files and links of proc are refused`() {
        link("magic", to: "/proc/self/root/etc/passwd")
        link("thread", to: "/proc/thread-self/status")
        for (name, place) in [
            ("/proc/cpuinfo", "/proc/cpuinfo"), ("/proc/\(getpid())/cmdline", nil),
            ("/proc/\(getpid())/root/etc/passwd", nil),
            ("/proc/self/root/etc/passwd", "/proc/self"),
            (path("magic"), "/proc/self"), (path("thread"), "/proc/thread-self"),
        ] {
            guard case .inProc(let found)? = error(name) else {
                Issue.record("\(name): \(String(describing: error(name)))")
                continue
            }
            if let place { #expect(found == place) }
        }
    }

    @Test func `at most one byte above the limit is read, even if the file grows`() throws {
        #expect(try contents(path("file"), upTo: 4) == "text")
        #expect(try contents(path("file"), upTo: 3) == nil)
        let file = try CheckedFile(path: path("file"), trusting: trust)
        try TestFile.write(Array(repeating: 0, count: 1000), to: path("file"))
        #expect(try file.contents(upTo: 999) == nil)
        #expect(try file.contents(upTo: 1000)?.count == 1000)
        let writer = open(path("file"), O_WRONLY)
        defer { close(writer) }
        #expect(ftruncate(writer, 1 << 40) == 0)
        #expect(try file.contents(upTo: 5000) == nil)
        let large = try CheckedFile(path: path("file"), trusting: trust)
        #expect(try large.contents(upTo: 5000) == nil)
    }

    @Test func `the first character can be checked before the file is read`() throws {
        let file = try CheckedFile(path: path("file"), trusting: trust)
        let answers = [file.begins(with: "t"), file.begins(with: "e")]
        #expect(answers == [true, false])
        #expect(try file.contents(upTo: 10) == Array("text".utf8))
        try TestFile.write([], to: path("file"))
        let isEmpty = !file.begins(with: "t")
        #expect(isEmpty)
    }

    @Test(
        arguments: [
            ("-", 0), ("/dev/stdin", 0), ("/dev/fd/63", 63), ("/proc/self/fd/3", 3),
            ("/dev/fd/-1", nil), ("/dev/fd/03", nil), ("/dev/fd/", nil), ("/dev/fd/3/x", nil),
            ("/dev/fd//3", nil), ("/proc/1/fd/3", nil), ("stdin", nil), ("", nil),
        ] as [(String, Int32?)]
    )
    func `a command line can name a descriptor`(path: String, descriptor: Int32?) {
        #expect(CheckedFile.descriptor(named: path) == descriptor)
    }

    @Test func `a descriptor is read from its current position`() throws {
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        defer { close(ends[0]) }
        #expect(write(ends[1], "{text", 5) == 5)
        close(ends[1])
        let file = try CheckedFile(named: "/dev/fd/\(ends[0])")
        #expect(file.isHandedOver && file.identity == nil && file.name == "<descriptor \(ends[0])>")
        let isTaken = file.begins(with: "{")
        #expect(!isTaken)
        #expect(try file.contents(upTo: 5) == Array("{text".utf8))
    }

    @Test func `a directory is checked, created and listed`() throws {
        let deep = path("a/b/c")
        #expect(try !CheckedDirectory(path: deep, trusting: trust).exists)
        #expect(try CheckedDirectory.names(in: deep, trusting: trust).names.isEmpty)
        let made = try CheckedDirectory(path: deep, making: true, trusting: trust)
        #expect(made.exists && made.path == deep && made.danger(unlessOf: geteuid()) == nil)
        #expect(made.danger(unlessOf: 4711)?.reason == .owner)
        try scratch.write("", to: "a/b/c/x")
        #expect(try CheckedDirectory.names(in: deep + "/", trusting: trust).names == ["x"])
        #expect(throws: FileError.cannotOpen(path: path("file"), errno: ENOTDIR)) {
            try CheckedDirectory(path: path("file"), making: true, trusting: trust)
        }
    }

    @Test func `nothing is created in a directory that others can change`() throws {
        chmod(path("directory"), 0o777)
        let way = try CheckedDirectory(
            path: path("directory/a/b"),
            making: true,
            trusting: trust
        )
        #expect(!way.exists)
        #expect(way.dangers.map(\.path) == [path("directory")])
        #expect(access(path("directory/a"), F_OK) != 0)
    }
}
