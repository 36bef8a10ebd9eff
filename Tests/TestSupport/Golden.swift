import FoundationEssentials

/// Files that hold what the program is expected to print, beside the tests that print it.
///
/// They are never edited by hand: `RECORD=1 swift test` writes them anew and fails, so that what
/// was recorded is looked at before it counts.
public struct Golden {
    /// Why a text does not count as expected.
    public enum Mismatch: Error, CustomStringConvertible {
        /// The text differs from the file, or the file is not there.
        case different(file: String, expected: String?, actual: String)
        /// The file was written; nothing was compared.
        case recorded(file: String)

        /// What the test's failure says.
        public var description: String {
            switch self {
            case .different(let file, let expected, let actual):
                "\(file) \(expected == nil ? "does not exist" : "differs")\n"
                    + "--- expected\n\(expected ?? "")--- actual\n\(actual)---\n"
                    + "if the actual text is right, record it with RECORD=1 and look at the change"
            case .recorded(let file):
                "\(file) was recorded; look at it, then run again without RECORD"
            }
        }
    }

    private let directory: String

    /// The golden files beside a test file, in its folder `Golden`.
    public init(beside testFile: String = #filePath) {
        directory =
            testFile.prefix(upTo: testFile.lastIndex(of: "/") ?? testFile.endIndex)
            + "/Golden"
    }

    /// Compares a text with a file, or writes the file when recording.
    public func check(_ actual: String, against name: String) throws {
        let path = "\(directory)/\(name)"
        let expected = try? String(contentsOfFile: path, encoding: .utf8)
        if ProcessInfo.processInfo.environment["RECORD"] == "1" {
            guard actual != expected else { return }
            try FileManager.default.createDirectory(
                atPath: directory,
                withIntermediateDirectories: true
            )
            try actual.write(toFile: path, atomically: true, encoding: .utf8)
            throw Mismatch.recorded(file: name)
        }
        guard actual == expected else {
            throw Mismatch.different(file: name, expected: expected, actual: actual)
        }
    }

    /// The names of the files that there are.
    public var names: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []).sorted()
    }
}
