import LocatedYAML
import TestSupport
import Testing
import TrustedFiles

@Suite struct NearestFileTests {
    private let directory: ScratchDirectory

    init() throws { directory = try ScratchDirectory() }

    @Test(arguments: [
        ("web.yml", "web.yaml" as String?), ("web", "web.yaml"), ("web.yaml.yml", nil),
        ("edge.yaml", "edge.yml"), ("weeb.yaml", "web.yaml"), ("web.json", "web.yaml"),
        ("notes.yaml", "notes.txt"), ("other.yaml", nil), ("hidden.yaml", nil),
        ("ab.yaml", nil), ("", nil), ("w\u{FFFD}b.yaml", nil),
    ])
    func `a similar name is found in the same directory`(name: String, nearest: String?) throws {
        for file in ["web.yaml", "edge.yml", "notes.txt", ".hidden.yaml", "ac.yaml"] {
            try TestFile.write([], to: path(of: file))
        }
        #expect(NearestFile.to(path(of: name)) == nearest.map { path(of: $0) })
    }

    @Test func `the first file of YAML in a directory is found`() throws {
        #expect(NearestFile.firstYAML(in: directory.path) == nil)
        for file in ["a.txt", "web.yml", "edge.yaml"] {
            try TestFile.write([], to: path(of: file))
        }
        for suffix in ["", "/"] {
            #expect(NearestFile.firstYAML(in: directory.path + suffix) == path(of: "edge.yaml"))
        }
        #expect(NearestFile.firstYAML(in: path(of: "edge.yaml")) == nil)
        #expect(NearestFile.to(path(of: "nowhere/web.yml")) == nil)
    }

    @Test func `at most 1000 names are compared`() throws {
        // Only the ending of a long name is guessed.
        let long = String(repeating: "x", count: 40)
        for number in 1...1010 { try TestFile.write([], to: path(of: "\(long)\(number).yaml")) }
        let names = try DirectoryEntry.all(in: directory.path).map(\.name)
        func isFound(_ name: String) -> Bool {
            NearestFile.to(path(of: name.replacing(".yaml", with: ".yml"))) == path(of: name)
        }
        #expect(isFound(names[999]))
        #expect(!isFound(names[1000]))
    }

    private func path(of name: String) -> String { "\(directory.path)/\(name)" }
}
