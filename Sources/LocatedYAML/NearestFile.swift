import Diagnostics
import TrustedFiles

/// Files that were probably meant by a path that leads to no file.
public enum NearestFile {
    /// The most names of a directory that are compared.
    private static let most = 1000

    private static let endings = [".yaml", ".yml"]

    /// A file in the same directory whose name is similar, or has the other ending of YAML.
    public static func to(_ path: String) -> String? {
        let start = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
        let (directory, name) = (path[..<start], String(path[start...]))
        // A name that is not UTF-8 can't be compared.
        guard !name.isEmpty, !name.contains("\u{FFFD}") else { return nil }
        let names = names(in: directory.isEmpty ? "." : String(directory))
            .filter { $0 != name && !$0.hasPrefix(".") }.sorted()
        let others = endings.flatMap { ["\(stem(of: name))\($0)", "\(name)\($0)"] }
        if let other = others.first(where: { names.contains($0) }) { return directory + other }
        // Short names differ by little, whatever is meant.
        guard stem(of: name).count > 2 else { return nil }
        let stems = Dictionary(names.map { (stem(of: $0), $0) }) { first, _ in first }
        return Suggestion.nearest(to: stem(of: name), among: stems.keys.sorted())
            .flatMap { stems[$0] }.map { directory + $0 }
    }

    /// The first file of YAML in a directory.
    public static func firstYAML(in directory: String) -> String? {
        let files = names(in: directory).filter { name in endings.contains { name.hasSuffix($0) } }
        return files.min().map { (directory.hasSuffix("/") ? directory : directory + "/") + $0 }
    }

    private static func names(in directory: String) -> [String] {
        ((try? DirectoryEntry.all(in: directory, atMost: most)) ?? []).map(\.name)
    }

    /// A name without its ending.
    private static func stem(of name: String) -> String {
        name.lastIndex(of: ".").map { String(name[..<$0]) } ?? name
    }
}
