import Diagnostics
import Glibc

/// What an operator probably meant by a path that leads to no file.
extension FileError {
    /// The error, and a file that was probably meant if there is one.
    public var advised: String {
        let advice: String? =
            switch self {
            case .cannotOpen(let path, ENOENT):
                Self.nearestFile(to: path).map { "; did you mean \($0.escaped)?" }
            case .notARegularFile(let path) where Self.isDirectory(path):
                Self.policy(in: path).map { ", such as \($0.escaped)" }
            default: nil
            }
        return description + (advice ?? "")
    }

    /// The most names of a directory that are compared.
    private static let most = 1000

    /// A file in the same directory whose name is similar, or has the other ending of YAML.
    public static func nearestFile(to path: String) -> String? {
        let start = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
        let (directory, name) = (path[..<start], String(path[start...]))
        // A name that is not UTF-8 can't be compared.
        guard !name.isEmpty, !name.contains("\u{FFFD}") else { return nil }
        let entries = try? DirectoryEntry.all(
            in: directory.isEmpty ? "." : String(directory),
            atMost: most
        )
        let names = (entries ?? []).map(\.name).filter { $0 != name && !$0.hasPrefix(".") }.sorted()
        let others = endings.flatMap { ["\(stem(of: name))\($0)", "\(name)\($0)"] }
        if let other = others.first(where: { names.contains($0) }) { return directory + other }
        // Short names differ by little, whatever is meant.
        guard stem(of: name).count > 2 else { return nil }
        let stems = Dictionary(names.map { (stem(of: $0), $0) }) { first, _ in first }
        return Suggestion.nearest(to: stem(of: name), among: stems.keys.sorted())
            .flatMap { stems[$0] }.map { directory + $0 }
    }

    /// A name without its ending.
    private static func stem(of name: String) -> String {
        name.lastIndex(of: ".").map { String(name[..<$0]) } ?? name
    }

    /// A file of a directory that has the name of a policy.
    private static func policy(in directory: String) -> String? {
        let names = ((try? DirectoryEntry.all(in: directory, atMost: most)) ?? []).map(\.name)
        let policy = names.filter { name in endings.contains { name.hasSuffix($0) } }.min()
        return policy.map { (directory.hasSuffix("/") ? directory : directory + "/") + $0 }
    }

    private static let endings = [".yaml", ".yml"]
}
