import FoundationEssentials

/// The policies of `Policies/`, and the language's reference beside them.
public enum ExamplePolicies {
    /// Their names, without `.yaml`, sorted.
    public static let names: [String] =
        ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
        .filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(".yaml".count)) }.sorted()

    /// The path of one.
    public static func path(of name: String) -> String { "\(folder)/\(name).yaml" }

    /// The text of one.
    public static func text(of name: String) throws -> String {
        try String(contentsOfFile: path(of: name), encoding: .utf8)
    }

    /// The text of the reference.
    public static func reference() throws -> String {
        try String(contentsOfFile: "\(folder)/README.md", encoding: .utf8)
    }

    private static let folder =
        "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/") + "/Policies"
}
