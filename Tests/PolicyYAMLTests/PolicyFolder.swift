import FoundationEssentials

/// The folder of example policies, and the reference in it.
enum PolicyFolder {
    static let path = "\(root)/Policies"

    /// The names of the example policies.
    static let policies =
        ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [])
        .filter { $0.hasSuffix(".yaml") }.sorted()

    static func text(of name: String) throws -> String {
        try String(contentsOfFile: "\(path)/\(name)", encoding: .utf8)
    }

    private static let root = #filePath.split(separator: "/").dropLast(3)
        .reduce(into: "") { $0 += "/\($1)" }
}
