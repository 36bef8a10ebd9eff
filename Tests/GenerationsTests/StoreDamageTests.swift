import GenerationModel
import Glibc
import RulesetModel
import TestSupport
import Testing
import TrustedFiles

@testable import Generations

/// Files that do not hold what was written to them: never a crash, never taken for good.
@Suite struct StoreDamageTests {
    let scratch: ScratchDirectory
    let store: Store

    init() throws {
        scratch = try ScratchDirectory()
        store = Store(directory: "\(scratch.path)/redirctl")
        try store.prepare()
        try store.write(Sample.generation(1, Sample.first))
        var head = Head()
        head.current = 1
        try store.write(head)
    }

    private static let parts = ["manifest.json", "ruleset.json", "policy/0-web.yaml"]

    private func readAll() throws {
        _ = try store.sources(of: store.generation(1).manifest)
    }

    private func expectCorrupt(_ path: String, _ read: () throws -> Void) {
        let error = #expect(throws: StoreError.self, performing: read)
        guard case .corrupt(path, _)? = error else {
            Issue.record("\(path): \(error.map(String.init(describing:)) ?? "nothing")")
            return
        }
        #expect(error?.description.contains(path) == true)
    }

    @Test(arguments: parts)
    func `a file cut off anywhere is damaged`(part: String) throws {
        let path = "\(store.folder(of: 1))/\(part)"
        let bytes = try TestFile.read(path)
        // Without its last newline a manifest says the same.
        for length in 0..<bytes.count - 1 {
            try TestFile.write(Array(bytes[..<length]), to: path)
            expectCorrupt(path) { try readAll() }
        }
    }

    @Test(arguments: parts)
    func `a file that is gone is damage`(part: String) throws {
        let path = "\(store.folder(of: 1))/\(part)"
        unlink(path)
        expectCorrupt(path) { try readAll() }
    }

    @Test(arguments: parts.dropFirst())
    func `a single changed bit is damage`(part: String) throws {
        let path = "\(store.folder(of: 1))/\(part)"
        let bytes = try TestFile.read(path)
        for index in bytes.indices {
            var changed = bytes
            changed[index] ^= 1 << UInt8(index % 8)
            try TestFile.write(changed, to: path)
            expectCorrupt(path) { try readAll() }
        }
    }

    @Test func `a head cut off anywhere is damaged`() throws {
        let path = "\(store.directory)/head.json"
        let bytes = try TestFile.read(path)
        for length in 0..<bytes.count - 1 {
            try TestFile.write(Array(bytes[..<length]), to: path)
            expectCorrupt(path) { _ = try store.head() }
        }
    }

    @Test func `a head that is gone is noticed as soon as there is a history`() throws {
        let path = "\(store.directory)/head.json"
        unlink(path)
        // The first run of all can be killed between its generation and the head.
        #expect(try store.head() == Head())
        try store.write(Sample.generation(2, Sample.second))
        expectCorrupt(path) { _ = try store.head() }
    }

    @Test func `a head that names what is not there is damaged`() throws {
        #expect(try store.generation(namedByHead: nil) == nil)
        for number in [9, -1, Int.max] {
            expectCorrupt("\(store.directory)/head.json") {
                _ = try store.generation(namedByHead: number)
            }
        }
    }

    @Test(arguments: [
        ("time", "-9223372036854775808"), ("time", "9223372036854775807"),
        ("digest", "\"../../../etc\""),
        ("sources", "[{\"digest\":\"\",\"file\":\"x\",\"name\":\"x\"}]"),
    ])
    func `a manifest that no version has written is damage`(key: String, value: String) throws {
        try change(key, to: value, in: "manifest.json")
        expectCorrupt("\(store.folder(of: 1))/manifest.json") { _ = try store.manifest(of: 1) }
    }

    @Test(arguments: ["parent", "restores"])
    func `a generation comes from one before it`(key: String) throws {
        let path = "\(store.folder(of: 1))/manifest.json"
        let text = String(decoding: try TestFile.read(path), as: UTF8.self)
        for number in [1, 2, 0, -1, Int.max] {
            let changed = text.replacing("\"number\":1", with: "\"number\":1,\"\(key)\":\(number)")
            #expect(changed != text)
            try TestFile.write(Array(changed.utf8), to: path)
            expectCorrupt(path) { _ = try store.manifest(of: 1) }
        }
    }

    @Test func `the numbers of generations have an end`() throws {
        for name in ["9223372036854775807", "1000000000000", "0", "-1", "01"] {
            #expect(mkdir("\(store.generationsPath)/\(name)", 0o700) == 0)
        }
        #expect(try store.numbers() == [1])
        var head = try store.head()
        for number in [Int.max, Int.min, 0, 1_000_000_000_000] {
            head.outcomes = [number: .abandoned]
            try store.write(head)
            expectCorrupt("\(store.directory)/head.json") { _ = try store.head() }
        }
        #expect(throws: StoreError.self) {
            try store.write(Sample.generation(1_000_000_000_000, Sample.first), from: [])
        }
    }

    @Test(arguments: ["", "..", "../../head.json", "/etc/passwd"])
    func `a manifest names no file elsewhere`(name: String) throws {
        let path = "\(store.folder(of: 1))/manifest.json"
        let text = String(decoding: try TestFile.read(path), as: UTF8.self)
        let changed = text.replacing("\"file\":\"0-web.yaml\"", with: "\"file\":\"\(name)\"")
        #expect(changed != text)
        try TestFile.write(Array(changed.utf8), to: path)
        expectCorrupt(path) { try readAll() }
    }

    @Test(arguments: [
        "t; add table inet x", "a\\nb", "a b", "\\\"", "$x", String(repeating: "x", count: 129),
    ])
    func `a ruleset whose names could be commands is damage`(name: String) throws {
        let path = "\(store.folder(of: 1))/ruleset.json"
        let text = String(decoding: try TestFile.read(path), as: UTF8.self)
        for key in ["comment", "counter"] {
            let start = try #require(text.ranges(of: "\"\(key)\":\"").first).upperBound
            let end = try #require(text[start...].firstIndex(of: "\""))
            let changed = Array((text[..<start] + name + text[end...]).utf8)
            try TestFile.write(changed, to: path)
            try change("digest", to: "\"\(Digest.hexadecimal(of: changed))\"", in: "manifest.json")
            expectCorrupt(path) { _ = try store.generation(1) }
        }
    }

    /// Puts another value after the last occurrence of a key in a generation's file.
    private func change(_ key: String, to value: String, in file: String) throws {
        let path = "\(store.folder(of: 1))/\(file)"
        let text = String(decoding: try TestFile.read(path), as: UTF8.self)
        let start = try #require(text.ranges(of: "\"\(key)\":").last).upperBound
        let rest = text[start...]
        let end =
            rest.first == "["
            ? rest.firstIndex(of: "]").map(text.index(after:))
            : rest.firstIndex { $0 == "," || $0 == "}" }
        let changed = text[..<start] + value + text[try #require(end)...]
        try TestFile.write(Array(changed.utf8), to: path)
    }

    @Test(arguments: ["head.json", "generations/1/manifest.json", "generations/1/ruleset.json"])
    func `a pipe, and what others can write to, are no files of a store`(name: String) throws {
        let path = "\(store.directory)/\(name)"
        let bytes = try TestFile.read(path)
        chmod(path, 0o666)
        #expect(throws: StoreError.self) {
            _ = try store.head()
            try readAll()
        }
        unlink(path)
        #expect(mkfifo(path, 0o600) == 0)
        expectCorrupt(path) {
            _ = try store.head()
            try readAll()
        }
        unlink(path)
        try TestFile.write(bytes, to: path)
        chmod(path, 0o600)
        try readAll()
    }

    @Test func `what is no directory is no generation`() throws {
        try TestFile.write([], to: store.folder(of: 7))
        #expect(try store.numbers() == [1])
    }

    @Test func `a manifest of another generation is damage`() throws {
        #expect(rename(store.folder(of: 1), store.folder(of: 2)) == 0)
        expectCorrupt("\(store.folder(of: 2))/manifest.json") { _ = try store.generation(2) }
    }

    @Test(arguments: [
        #"{"format":5}"#, #"{"format":5,"current":{"a":1},"tables":[]}"#, #"{"format":0}"#,
    ])
    func `a newer format is named, whatever else it holds`(text: String) throws {
        let format = text.contains("0") ? 0 : 5
        for path in ["\(store.directory)/head.json", "\(store.folder(of: 1))/manifest.json"] {
            try TestFile.write(Array(text.utf8), to: path)
            #expect(throws: StoreError.unknownFormat(path: path, format: format)) {
                if path.hasSuffix("head.json") {
                    _ = try store.head()
                } else {
                    _ = try store.generation(1)
                }
            }
        }
    }

    @Test(arguments: [0o770, 0o707, 0o720, 0o702] as [mode_t])
    func `a store that others can write to is refused`(mode: mode_t) throws {
        chmod(store.directory, mode)
        let unsafe = StoreError.unsafe(
            FileDanger(
                .directory,
                .mode,
                path: store.directory,
                owner: geteuid(),
                mode: UInt32(mode)
            )
        )
        #expect(throws: unsafe) { try store.checkOwner() }
        #expect(throws: unsafe) { try store.prepare() }
        chmod(store.directory, 0o755)
        try store.checkOwner()
    }
}
